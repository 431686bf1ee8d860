/** Task definitions as ECS reads them. */
import { type Props, parse } from "../types.ts";

/** The part of the ECS API's ContainerDefinition that rules look at. */
export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly essential?: boolean;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  /** MiB, of the container alone. */
  readonly memory?: number;
  /** Seconds. */
  readonly stopTimeout?: number;
  readonly healthCheck?: { readonly command?: readonly string[] };
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly logConfiguration?: { readonly options?: Readonly<Record<string, string>> };
}

/** The containers of a task definition; none where the value is empty. */
export function containersOf({ containerDefinitions }: Props<"aws:ecs/taskDefinition:TaskDefinition">): Container[] {
  return parse(containerDefinitions ?? []);
}

/** Environment variables by name. */
export function environmentOf({ environment = [] }: Container): Record<string, string | undefined> {
  return Object.fromEntries(environment.map(({ name, value }) => [name, value]));
}

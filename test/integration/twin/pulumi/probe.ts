import type { Properties } from "../../../../twin/core/store.ts";
import type { Problem } from "../../../../twin/pulumi/define.ts";
import { DEFAULTS } from "../../../../twin/pulumi/values.ts";
import type { World } from "./world.ts";

/** What the twin does about a fact: holds it, refuses what it is about by name, or does otherwise, in words. */
export type Outcome = "held" | "refused by name" | `otherwise: ${string}`;

/** A fact of one type that can be asked of the twin. */
export interface Probe {
  name: string;
  /** It takes seconds and disturbs nothing: asked at once with the others like it. */
  slow?: boolean;
  ask(world: World): Promise<Outcome>;
}

export const unless = (held: boolean, otherwise: string): Outcome => (held ? "held" : `otherwise: ${otherwise}`);
export const listed = (problems: Problem[]) =>
  problems.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
export const unmodelled = ({ reason }: Problem) => reason.startsWith("the twin does not model");
export const at = (path: string) => (problem: Problem) =>
  problem.property === path || problem.property.startsWith(`${path}.`);

/** The sample's inputs as the program would give them, with some in other's place; null leaves one out. */
export function given(world: World, type: string, patch: Properties = {}): Properties {
  const { inputs } = world.sample(type);
  const { [DEFAULTS]: chosen, ...all } = inputs;
  const own = Object.entries(all).filter(([property]) => !(chosen as string[]).includes(property));
  const over = { ...Object.fromEntries(own), ...(world.resolve(patch) as Properties) };
  return Object.fromEntries(Object.entries(over).filter(([, value]) => value !== null));
}

/** With the value at a path set, or taken out when there is none; a path whose parents are missing gets them. */
export function set(inputs: Properties, path: string, value: unknown): Properties {
  const copy = structuredClone(inputs);
  const keys = path.split(".");
  const last = keys.pop() as string;
  let inner = copy;
  keys.forEach((key, i) => {
    inner[key] ??= /^\d+$/.test(keys[i + 1] ?? last) ? [] : {};
    inner = inner[key];
  });
  if (value === undefined) delete inner[last];
  else inner[last] = value;
  return copy;
}

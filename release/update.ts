import type { EngineEvent, OutputMap } from "@pulumi/pulumi/automation/index.js";
import { program, type Run } from "../stacks/program.ts";
import { freeStack } from "./locks.ts";
import { openStackToRun, type Place, reason, type Stack } from "./stack.ts";

/** What an update came to; its verification held, or it would have failed. */
export interface Updated {
  stack: string;
  outputs: OutputMap;
  /** `same`, `create` … with how many resources. */
  changes: Record<string, number>;
  seconds: number;
}

/** An update that failed, with the engine's own reasons. */
export class UpdateFailed extends Error {
  override readonly name = "UpdateFailed";
}

export interface UpdateOptions {
  progress: (line: string) => void;
  /** Stands in the stack's history. */
  message?: string;
  run?: Run;
}

/** Updates a stack with the program of this process. @throws {UpdateFailed} */
export async function update(place: Place, name: string, { run, ...options }: UpdateOptions): Promise<Updated> {
  await freeStack(place, name, options.progress);
  return runUpdate(await openStackToRun(place, name), { ...options, program: () => program(run) });
}

/** Updates an opened stack. @throws {UpdateFailed} */
export async function runUpdate(
  stack: Stack,
  { progress, message, program }: Pick<UpdateOptions, "progress" | "message"> & { program?: () => Promise<unknown> },
): Promise<Updated> {
  const started = performance.now();
  const { name } = stack;
  let done = 0;
  const onEvent = ({ resOutputsEvent }: EngineEvent) => {
    if (resOutputsEvent && ++done % 25 === 0) progress(`${name}: ${done} resources`);
  };
  try {
    const { outputs, summary } = await stack.up({
      onEvent,
      ...(message !== undefined && { message }),
      ...(program && { program: program as () => Promise<Record<string, unknown>> }),
    });
    const seconds = (performance.now() - started) / 1000;
    const changes = summary.resourceChanges ?? {};
    const words = Object.entries(changes).map(([op, n]) => `${n} ${op}`);
    progress(`${name}: deployed and verified in ${seconds.toFixed(1)} s (${words.join(", ")})`);
    return { stack: name, outputs, changes, seconds };
  } catch (error) {
    throw new UpdateFailed(`${name} could not be deployed:\n${reason(error)}`);
  }
}

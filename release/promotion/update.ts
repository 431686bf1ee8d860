import type { EngineEvent, OutputMap } from "@pulumi/pulumi/automation/index.js";
import type { Run } from "../../stacks/program.ts";
import { policyFinding } from "../checks/policy.ts";
import { printFindings } from "../checks/print.ts";
import { violationsOf } from "../plan/plan.ts";
import { EngineFailed, type RunnableStack } from "../workspace/engine.ts";
import { freeStack } from "../workspace/locks.ts";
import { reason } from "../workspace/reason.ts";
import { timed } from "../workspace/timings.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

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
  /** Whether the stack's own program or a resource failed, or broke a rule. */
  readonly own: boolean;
  readonly outcome: Outcome;

  constructor(message: string, outcome: Outcome = "changed", own = true) {
    super(message);
    this.outcome = outcome;
    this.own = own;
  }
}

export interface UpdateOptions {
  progress: (line: string) => void;
  /** Stands in the stack's history. */
  message?: string;
  run?: Run | undefined;
  /** Breaks a lock whose process may still run. */
  breakLock?: boolean | undefined;
}

/** Updates a stack with the program of this process. @throws {UpdateFailed} */
export async function update(
  workspace: Pick<Workspace, "engine" | "clock">,
  name: string,
  { run, breakLock, ...options }: UpdateOptions,
): Promise<Updated> {
  await freeStack(workspace, name, options.progress, breakLock);
  const stack = await workspace.engine.openToRun(name);
  return runUpdate({ name, update: (request) => stack.update({ ...request, run }) }, options);
}

/** Updates an opened stack. @throws {UpdateFailed} */
export async function runUpdate(
  stack: Pick<RunnableStack, "name" | "update">,
  { progress, message }: Pick<UpdateOptions, "progress" | "message">,
): Promise<Updated> {
  const started = performance.now();
  const { name } = stack;
  const events: EngineEvent[] = [];
  let done = 0;
  const onEvent = (event: EngineEvent) => {
    events.push(event);
    if (event.resOutputsEvent && ++done % 25 === 0) progress(`${name}: ${done} resources`);
  };
  try {
    const { outputs, changes } = await timed(`update ${name}`, () => stack.update({ onEvent, message }));
    const seconds = (performance.now() - started) / 1000;
    const words = Object.entries(changes).map(([op, n]) => `${n} ${op}`);
    progress(`${name}: deployed and verified in ${seconds.toFixed(1)} s (${words.join(", ")})`);
    return { stack: name, outputs, changes, seconds };
  } catch (error) {
    if (!(error instanceof EngineFailed)) throw error;
    const outcome = outcomeOf(events);
    const own = error.threw || events.some(({ resOpFailedEvent }) => resOpFailedEvent);
    const broken = violationsOf(name, events).map(policyFinding);
    const why = broken.length > 0 ? printFindings(broken, "text") : reason(error);
    throw new UpdateFailed(`${name} could not be deployed:\n${why}`, outcome, own || broken.length > 0);
  }
}

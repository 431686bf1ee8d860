/** An update on the in-memory engine: locked, step by step, recorded in the stack's history. */
import {
  EngineFailed,
  type OnEvent,
  type UpdateRequest,
  type UpdateResult,
} from "../../../../release/workspace/engine.ts";
import type { Run } from "../../../../stacks/program.ts";
import type { HistoryEntry, StoredStack } from "./backend.ts";
import { outputsAfter, refusal } from "./program.ts";
import { VERIFICATION } from "./project.ts";
import { applySteps, countSteps, eventsOf } from "./steps.ts";
import { iso, type Registered, report, runProgram, type Subject } from "./subject.ts";

/** How long an update takes, and what passes between two. */
const UPDATE_MS = 60_000;
const PAUSE_MS = 1_000;

const LOCKED =
  "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock " +
  "file with `pulumi cancel`.";

export async function updateOf(subject: Subject, request: UpdateRequest, run: Run): Promise<UpdateResult> {
  const { backend, process, name } = subject;
  const stack = backend.open(name);
  if (stack.lock) throw new EngineFailed(LOCKED, false);
  backend.runs.push(`update ${name}`);
  backend.pass(PAUSE_MS);
  stack.lock = { seenAs: () => (process.dead ? "abandoned" : "held") };
  const startTime = iso(backend);
  const record = (result: HistoryEntry["result"]) =>
    note(subject, stack, { result, message: request.message, startTime });
  try {
    const result = await applied(subject, stack, request.onEvent, run);
    record("succeeded");
    return result;
  } catch (error) {
    record("failed");
    throw error;
  } finally {
    stack.lock = undefined;
  }
}

/** Applies an update; never returns where it is killed. */
async function applied(subject: Subject, stack: StoredStack, onEvent: OnEvent, run: Run): Promise<UpdateResult> {
  const { backend, process, name, version } = subject;
  const { observed, steps } = registered(subject, run);
  const killAfter = backend.killOf(name);
  backend.pass(UPDATE_MS);
  let changes = 0;
  for (const step of steps) {
    if (step.op !== "same" && changes++ === killAfter) {
      process.kill();
      return new Promise<never>(() => {});
    }
    const broken = step.after?.type === VERIFICATION ? version.broken[name] : undefined;
    if (broken !== undefined) throw new EngineFailed(report(name, broken), false);
    stack.state = applySteps(stack.state, [step]);
    for (const one of eventsOf(step)) onEvent(one);
  }
  stack.outputs = outputsAfter(name, observed, iso(backend), run);
  return { outputs: backend.outputs(name), changes: countSteps(steps) };
}

/** What the program registers, unless the gate stops it. */
function registered(subject: Subject, run: Run): Registered {
  try {
    return runProgram(subject, run, (observed) => refusal(subject.name, observed));
  } catch (error) {
    if (error instanceof EngineFailed) throw error;
    throw new EngineFailed(report(subject.name, (error as Error).message), subject.inline);
  }
}

function note(
  { backend, version }: Subject,
  stack: StoredStack,
  { result, message, startTime }: Pick<HistoryEntry, "result" | "startTime"> & { message: string | undefined },
): void {
  const environment = { "git.head": version.commit, "git.dirty": version.dirty ? "true" : "false" } as const;
  const entry = { kind: "update", result, message: message ?? version.subject, startTime } as const;
  stack.history.unshift({ ...entry, endTime: iso(backend), environment });
}

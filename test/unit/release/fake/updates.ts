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
import { applySteps, countSteps, event, eventsOf, metadataOf, violated } from "./steps.ts";
import {
  heardByAll,
  iso,
  packNotStarted,
  type Registered,
  report,
  reportToAll,
  runProgram,
  type Subject,
} from "./subject.ts";

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
  if (!subject.raw && backend.policyPack === "does not start") throw packNotStarted();
  backend.pass(PAUSE_MS);
  const startTime = iso(backend);
  stack.lock = { seenAs: () => (process.dead ? "abandoned" : "held"), since: startTime };
  const record = (result: HistoryEntry["result"]) =>
    note(subject, stack, { result, message: request.message, startTime });
  try {
    request.onEvent(event({ preludeEvent: { config: {} } }));
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
  const { backend, name } = subject;
  const { observed, steps } = await heardByAll(subject, () => applyAll(subject, stack, onEvent, run));
  stack.outputs = outputsAfter(name, observed, iso(backend), run, subject.target !== undefined);
  backend.afterUpdate(name);
  return { outputs: backend.outputs(name), changes: countSteps(steps) };
}

async function applyAll(subject: Subject, stack: StoredStack, onEvent: OnEvent, run: Run): Promise<Registered> {
  const { backend, process, name, version, inline, raw = false, target } = subject;
  const registered = runProgram(subject, run, (observed) => refusal(name, observed));
  const killAfter = backend.killOf(name);
  backend.pass(UPDATE_MS);
  let changes = 0;
  for (const step of registered.steps) {
    if (target !== undefined && (step.after ?? step.before)?.type !== target) continue;
    if (step.op !== "same" && changes++ === killAfter) {
      process.kill();
      return new Promise<never>(() => {});
    }
    const violation = version.violations.find(
      (one) => one.stack === name && step.after?.urn.endsWith(`::${one.resource}`) && !raw,
    );
    if (violation) {
      onEvent(violated(violation));
      throw new EngineFailed(report(name, "update failed"), false);
    }
    const broken = step.after?.type === VERIFICATION ? version.broken[name] : undefined;
    if (broken !== undefined) {
      onEvent(event({ resOpFailedEvent: { metadata: metadataOf(step, step.op), status: 0, steps: 0 } }));
      // The program's own rejected promises are reported as well.
      if (inline) reportToAll(process, report(name, broken));
      throw new EngineFailed(report(name, broken), false);
    }
    stack.state = applySteps(stack.state, [step]);
    for (const one of eventsOf(step)) onEvent(one);
  }
  return registered;
}

function note(
  { backend, version, target }: Subject,
  stack: StoredStack,
  { result, message, startTime }: Pick<HistoryEntry, "result" | "startTime"> & { message: string | undefined },
): void {
  const environment = {
    ...({ "git.head": version.commit, "git.dirty": version.dirty ? "true" : "false" } as const),
    ...(target !== undefined && { "pulumi.flag.target": "set" }),
  };
  const entry = { kind: "update", result, message: message ?? version.subject, startTime } as const;
  stack.history.unshift({ ...entry, endTime: iso(backend), environment });
}

/**
 * Arbitrary sequences of what people do with the three stacks, on the in-memory engine. After each step the promises of
 * the gate and the ledger are checked against what really runs. ORDER_QUEUE_SEQUENCES sets how many sequences are tried.
 */
import fc from "fast-check";
import { NothingToRollBackTo } from "../../../../release/promotion/history.ts";
import { RollbackRefused, rollback } from "../../../../release/promotion/rollback.ts";
import { UpdateFailed } from "../../../../release/promotion/update.ts";
import { EngineFailed } from "../../../../release/workspace/engine.ts";
import { StackLocked } from "../../../../release/workspace/locks.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess, rawUp } from "../fake/engine.ts";
import { folder, interruptedRelease, quiet, release, type Timeless } from "../fake/orchestrate.ts";
import { TASK_DEFINITION } from "../fake/project.ts";
import { ledgerOf } from "./releases.ts";

const sequences = Number(process.env.ORDER_QUEUE_SEQUENCES ?? 150);
const names = ["staging", "prod-au", "prod-eu"] as const;
const production = names.slice(1);
type Stack = (typeof names)[number];

type Step =
  | { kind: "commit"; release: string; broken: Stack | undefined }
  | { kind: "settings"; stack: Stack; days: string }
  | { kind: "manual change"; stack: Stack }
  | { kind: "alarm"; stack: Stack }
  | { kind: "break glass"; stack: Stack; release: string }
  | { kind: "up"; stack: Stack; target: string | undefined }
  | { kind: "release"; beside: { at: string; step: Step } | undefined }
  | { kind: "killed release"; stack: Stack; nth: number; after: number }
  | { kind: "rollback"; stack: Stack };

const releases = ["a", "b", "c", "d"].map((letter) => letter.repeat(12));
const stack = fc.constantFrom(...names);
const simple: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("commit" as const),
    release: fc.constantFrom(...releases),
    broken: fc.option(stack, { nil: undefined, freq: 3 }),
  }),
  fc.record({ kind: fc.constant("settings" as const), stack, days: fc.constantFrom("30", "60", "90") }),
  fc.record({ kind: fc.constant("manual change" as const), stack }),
  fc.record({ kind: fc.constant("alarm" as const), stack }),
  fc.record({ kind: fc.constant("break glass" as const), stack, release: fc.constantFrom(...releases) }),
  fc.record({
    kind: fc.constant("up" as const),
    stack,
    target: fc.option(fc.constantFrom("aws:cloudwatch/logGroup:LogGroup", TASK_DEFINITION), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant("rollback" as const), stack }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: simple },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("release" as const),
      beside: fc.option(
        fc.record({ at: fc.constantFrom("rehearsed", "back to", "updated", "alarms are watched"), step: simple }),
        { nil: undefined },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ kind: fc.constant("killed release" as const), stack },
      nth: fc.integer({ min: 1, max: 3 }),
      after: fc.integer({ min: 0, max: 4 }),
    }),
  },
);

/** What really was: by the resources that the engine changed, not by what the stacks report of themselves. */
class Truth {
  /** Releases that ran as a whole in a stack, with its verification. */
  readonly verified = new Map<Stack, Set<string>>(names.map((name) => [name, new Set()]));
  readonly glass = new Set<string>();
  readonly #heads = new Map<Stack, string>();

  /** @throws when production runs something else than it may */
  checkProduction(backend: FakeBackend): void {
    for (const name of production)
      for (const running of runningIn(backend, name)) {
        const allowed =
          this.verified.get("staging")?.has(running) ||
          this.verified.get(name)?.has(running) ||
          this.glass.has(`${name} ${running}`);
        if (!allowed) throw new Error(`${name} runs release ${running}, which nothing verified`);
      }
  }

  /** After an update: a new entry of the ledger is of the release that every container runs. */
  checkLedger(backend: FakeBackend, name: Stack): void {
    const [head] = ledgerOf(backend, name).verified;
    if (!head || this.#heads.get(name) === head.at) return;
    this.#heads.set(name, head.at);
    const running = runningIn(backend, name);
    if (running.length !== 1 || running[0] !== head.release)
      throw new Error(`${name}'s ledger has release ${head.release} as verified; it runs ${running.join(" and ")}`);
    this.verified.get(name)?.add(head.release);
  }
}

/** Releases of a stack's containers. */
function runningIn(backend: FakeBackend, name: Stack): string[] {
  const definitions = backend.open(name).state.filter(({ type }) => type === TASK_DEFINITION);
  return [...new Set(definitions.map(({ inputs }) => String(inputs.containerDefinitions)))];
}

/** What a command may answer: it is refused or fails, and says so. */
const refusals = [EngineFailed, UpdateFailed, StackLocked, RollbackRefused, NothingToRollBackTo];

async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (refusals.some((kind) => error instanceof kind)) return undefined;
    // The in-memory engine throws plain errors where the program throws.
    if (error instanceof Error && /No resources were changed|no stack named|is protected/.test(error.message))
      return undefined;
    throw error;
  }
}

async function take(backend: FakeBackend, truth: Truth, one: Step): Promise<void> {
  const process = new FakeProcess(backend);
  switch (one.kind) {
    case "commit":
      backend.commit({ release: one.release, broken: one.broken ? { [one.broken]: "no healthy target" } : {} });
      break;
    case "settings":
      backend.configure(one.stack, { logRetentionDays: one.days });
      break;
    case "manual change":
      backend.changeManually(one.stack, one.stack, { op: "update", diffs: ["retentionInDays"] });
      break;
    case "alarm":
      backend.raise(one.stack, `${one.stack}-no-healthy-target`, "1 datapoint is below 1", 1_000);
      break;
    case "break glass":
      if (one.stack === "staging") break;
      truth.glass.add(`${one.stack} ${one.release}`);
      backend.configure(one.stack, { breakGlass: JSON.stringify({ release: one.release, reason: "cannot wait" }) });
      break;
    case "up":
      await attempt(() => rawUp(backend, process, one.stack, one.target));
      break;
    case "rollback":
      if (backend.stacks.has(one.stack))
        await attempt(() => rollback(process.workspace, one.stack, { folder, progress: quiet }));
      break;
    case "release":
      await attempt(() => releasedBeside(backend, truth, one.beside));
      break;
    case "killed release":
      backend.killUpdate(one.stack, one.nth, { after: one.after });
      // It may end before that update comes.
      await interruptedRelease(backend).catch(() => {});
      backend.killUpdate(one.stack, Number.MAX_SAFE_INTEGER, { after: 0 });
      break;
  }
  truth.checkProduction(backend);
}

/** A release, and what another command does when it prints a line. */
async function releasedBeside(
  backend: FakeBackend,
  truth: Truth,
  beside: { at: string; step: Step } | undefined,
): Promise<void> {
  let acted: Promise<void> | undefined;
  const progress = (line: string) => {
    if (beside && !acted && line.includes(beside.at)) acted = take(backend, truth, beside.step);
  };
  const released = await release(backend, { progress });
  await acted;
  requireOwnReasons(backend, released);
}

/** Only a stack whose own update failed, or whose own alarm was raised, is rolled back. */
function requireOwnReasons(backend: FakeBackend, { stages, stopped }: Timeless): void {
  for (const { stack: name, what } of stages) {
    if (what !== "rolled back") continue;
    const [, before] = backend.open(name).history.filter(({ kind }) => kind === "update");
    const failed = backend
      .open(name)
      .history.slice(0, 3)
      .some(({ result }) => result === "failed");
    if (!failed && stopped?.by !== "alarm") throw new Error(`${name} was rolled back although ${before?.message} held`);
  }
  if (stopped && !/Fix: |could not be deployed|alarm while/.test(stopped.why))
    throw new Error(`the release stopped without a way on: ${stopped.why}`);
}

test("no sequence makes production run what nothing verified, or a ledger claim more than was observed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 9 }), async (steps) => {
      const backend = new FakeBackend();
      const truth = new Truth();
      backend.afterUpdate = (name) => truth.checkLedger(backend, name as Stack);
      for (const one of steps) await take(backend, truth, one);
    }),
    { numRuns: sequences, endOnFailure: false },
  );
}, 3_600_000);

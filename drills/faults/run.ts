/** The fault runner: every fault run against the system, and the result of each. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../release/workspace/location.ts";
import { commitOf } from "../../stacks/commit.ts";
import { findBase } from "../base.ts";
import type { Fault } from "./fault.ts";
import { type DrillResult, type FaultResult, failed, type HarmlessResult, sum } from "./result.ts";
import type { Order } from "./worker.ts";

export interface Wishes {
  /** Only what `pulumi preview` alone would say counts. */
  baseline: boolean;
  /** Folder of local state, where the deployed stacks that the faults run against stay for the next drill. */
  state: string;
}

/** @param progress gets a line for each step and each fault */
export async function drill(
  faults: readonly Fault[],
  { baseline, state }: Wishes,
  progress: (line: string) => void,
): Promise<DrillResult> {
  const started = performance.now();
  const processors = availableParallelism();
  const measured = { at: new Date().toISOString(), ...commitOf(root, ["."]), baseline, processors };
  const encoded = faults.filter(({ notEncoded }) => !notEncoded);
  const changes = encoded.filter(({ environment }) => !environment);
  // Mostly waiting for a notification: they need no processor of their own. A preview says nothing of them.
  const failures = baseline ? [] : encoded.filter(({ environment }) => environment);
  const results = new Map<Fault, FaultResult | HarmlessResult>();
  const folder = mkdtempSync(join(tmpdir(), "order-queue-drill-"));
  let deployed = "";
  const work = async (waiting: Fault[]) => {
    if (waiting.length === 0) return;
    const start = () => fork(join(import.meta.dirname, "worker.ts"), [folder, deployed]);
    let worker = start();
    for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
      const result = await put(worker, { fault, baseline });
      // One that ended takes nothing along but its own fault.
      if (!worker.connected) worker = start();
      results.set(fault, result);
      progress(`${result.id}: ${"stopped" in result ? harmlessWords(result) : words(result)}`);
    }
    worker.disconnect();
    await once(worker, "exit");
  };
  try {
    // What starts from nothing needs no stacks.
    if (failures.length > 0 || changes.some(({ scenario }) => scenario?.from !== "scratch"))
      deployed = (await findBase(root, state, progress)).state;
    const workers = Array.from({ length: Math.min(2, processors) }, () => work(changes));
    await Promise.all([...workers, work(failures)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const all = faults.flatMap((fault) => results.get(fault) ?? []);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const isHarmless = (result: FaultResult | HarmlessResult) => "stopped" in result;
  return sum(
    all.filter((result): result is FaultResult => !isHarmless(result)),
    all.filter((result): result is HarmlessResult => isHarmless(result)),
    faults,
    measured,
    seconds,
  );
}

/** How long one fault may take: a program that waits for itself never ends. */
const PATIENCE_MS = 15 * 60_000;

async function put(worker: ChildProcess, order: Order): Promise<FaultResult | HarmlessResult> {
  const ended = new AbortController();
  const patience = setTimeout(() => worker.kill("SIGKILL"), PATIENCE_MS);
  try {
    worker.send(order);
    const [result] = await Promise.race([
      once(worker, "message", { signal: ended.signal }),
      once(worker, "exit", { signal: ended.signal }).then(([code, signal]) => [
        failed(order.fault, `the process that tried it ended with ${signal ?? code}; what it said is above`),
      ]),
    ]);
    return result;
  } finally {
    clearTimeout(patience);
    ended.abort();
  }
}

function harmlessWords({ stopped, evidence, seconds }: HarmlessResult): string {
  return stopped ? `STOPPED by ${stopped} (${seconds} s): ${evidence}` : `passes (${seconds} s)`;
}

function words({ stage, caughtBy, detectedBy, detectedSeconds, evidence, seconds }: FaultResult): string {
  if (caughtBy)
    return `caught by ${caughtBy === stage ? stage : `${caughtBy} (${stage})`} in ${seconds} s: ${evidence}`;
  if (detectedBy) return `detected after ${detectedSeconds} s (drill ${seconds} s): ${detectedBy}`;
  return `NOT CAUGHT (${seconds} s): ${evidence}`;
}

/** A soak: faults drawn from a seed, under orders from every store, and afterwards the account of every order. */
import { join } from "node:path";
import { type Copy, copyBase, findBase } from "../base.ts";
import { until } from "../wait.ts";
import { readDeadLetters } from "./dead-lettered.ts";
import { type Fault, type Ground, type Kind, words } from "./fault.ts";
import { put } from "./faults.ts";
import { type Figures, held, recoveries, rounded, tally, type Unrecovered } from "./figures.ts";
import { judge } from "./judgement.ts";
import { needsOf } from "./kinds.ts";
import { overlap } from "./overlap.ts";
import { Running } from "./running.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { schedule } from "./schedule.ts";
import { adaptStores } from "./settings.ts";
import { groundOf } from "./shops.ts";
import { isSteady } from "./steady.ts";

export interface Wishes {
  seed: number;
  /** How many. */
  faults: number;
  /** Folder of local state: the deployed stacks and what runs. */
  state: string;
}

/** No fault begins before all that are so many earlier in the schedule have ended. */
const APART = 500;
/**
 * How long orders that their ERPs refuse may take at the end until they are given up, in milliseconds: two minutes, also where
 * containers are killed, after the two for which the last failure of its ERP may have made one invisible (service/retry-policy.ts).
 */
const GIVEN_UP_MS = 4 * 60_000;
/** How long what was delivered may take until it is off the queue, in milliseconds. */
const EMPTY_MS = 120_000;
const PROGRESS_MS = 10_000;

/** Runs the faults that `wishes` ask for. The copy of the stacks is removed only when every check passed. */
export async function soak(root: string, wishes: Wishes, progress: (line: string) => void): Promise<Figures> {
  // Apart from the stacks of tests and drills: some of its stores have settings that theirs do not have.
  const state = join(wishes.state, "soak");
  const copy = copyBase(await findBase(root, state, progress, adaptStores), state);
  const figures = await withRunning(copy, (running) => measure(running, copy, wishes, progress));
  if (held(figures)) copy.remove();
  else progress(`what ran is left in ${copy.state}, its project in ${copy.project}`);
  return figures;
}

async function withRunning<T>(copy: Copy, work: (running: Running) => Promise<T>): Promise<T> {
  const running = await Running.start(copy);
  try {
    return await work(running);
  } finally {
    await running.traffic.stop();
    await running.stop();
  }
}

async function measure(
  running: Running,
  { project }: Copy,
  { seed, faults: count }: Wishes,
  progress: (line: string) => void,
): Promise<Figures> {
  const began = performance.now();
  const ground = groundOf(project);
  const faults = schedule(seed, count, ground);
  const scene = sceneOf(running);
  await allSteady(running);
  running.startTraffic();
  await running.until("every store has an order accepted", () =>
    running.shops.every(({ accepted }) => accepted.length > 0),
  );

  const first = performance.now();
  const { unrecovered, recovered } = await putAll(faults, ground, scene, progress);
  const faultSeconds = (performance.now() - first) / 1000;
  progress(`${count} faults injected in ${faultSeconds.toFixed(0)} s; waiting for the remaining orders`);

  await allGivenUp(running, scene.poisoned, progress);
  await running.traffic.stop();
  const left = await settle(running, scene.poisoned);
  const { local, control, report } = running;
  const [erp, dead, { twin }] = await Promise.all([
    control.erpOrders(),
    readDeadLetters(local.location, running.stacks),
    control.status(),
  ]);
  const judgement = judge({ ...scene, sent: running.sent, notAuthentic: running.notAuthentic, erp, dead });
  return {
    seed,
    faults: tally(faults),
    ...judgement,
    problems: [
      ...running.refusals,
      ...(left > 0 ? [`${left} orders are still on the queues`] : []),
      ...judgement.problems,
    ],
    unrecovered,
    recoverySeconds: recoveries(recovered),
    ordersRefused: report.refused,
    handshakes: report.handshakes,
    handshakesFailed: report.handshakesFailed,
    failedHandshakes: running.failedHandshakes,
    connectionsWhileAwsWasAway: report.away,
    faultSeconds: rounded(faultSeconds),
    faultsPerMinute: rounded((60 * count) / faultSeconds),
    seconds: rounded((performance.now() - began) / 1000),
    twinPeakMegabytes: twin.peakMegabytes,
  };
}

/** Injects every fault; reports its progress now and then. */
async function putAll(faults: readonly Fault[], ground: Ground, scene: Scene, progress: (line: string) => void) {
  const unrecovered: Unrecovered[] = [];
  const recovered: { kind: Kind; seconds: number }[] = [];
  const under = new Set<Fault>();
  const work = faults.map((fault, index) => ({
    ...needsOf(fault, ground),
    run: async () => {
      under.add(fault);
      const began = performance.now();
      try {
        await put(fault, scene);
        recovered.push({ kind: fault.kind, seconds: (performance.now() - began) / 1000 });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        unrecovered.push({ index, fault: words(fault), why });
        progress(`fault ${index}, ${words(fault)}: ${why}`);
      }
      under.delete(fault);
    },
  }));
  const timer = setInterval(() => {
    const { accepted, handshakes, handshakesFailed } = scene.running.report;
    const done = recovered.length + unrecovered.length;
    progress(
      `${done} of ${faults.length} faults, ${accepted.size} orders accepted, ${handshakesFailed} of ${handshakes} handshakes failed; under way: ${summary(under)}`,
    );
  }, PROGRESS_MS);
  try {
    await overlap(work, APART);
  } finally {
    clearInterval(timer);
  }
  return { unrecovered, recovered };
}

async function allSteady(running: Running): Promise<void> {
  await running.until("every stack is steady", async () => {
    const status = await running.status();
    return running.stacks.every((stack) => isSteady(status, stack));
  });
}

/** Until as many orders are given up as were accepted and their ERPs refuse; reports its progress now and then. */
async function allGivenUp(
  running: Running,
  poisoned: ReadonlySet<string>,
  progress: (line: string) => void,
): Promise<void> {
  // Not all in the set: what was to be sent while the twin was killed was sent afterwards under another key.
  const refused = running.sent.filter(({ key, accepted }) => accepted && poisoned.has(key)).length;
  let letters = 0;
  const tell = () => progress(`${letters} of ${refused} orders that their ERPs refuse are given up`);
  const timer = setInterval(tell, PROGRESS_MS);
  try {
    await until(async () => {
      letters = await queued(running, "dead-letter");
      return letters >= refused;
    }, GIVEN_UP_MS);
  } finally {
    clearInterval(timer);
  }
}

/**
 * Until every order is where it ends. Those that can be delivered are waited for as long as that takes.
 * Returns how many are still on the queues.
 */
async function settle(running: Running, poisoned: ReadonlySet<string>): Promise<number> {
  const { control, sent, shops } = running;
  await Promise.all(
    [...new Set(shops.map(({ erp }) => erp))].map(async (host) => {
      const missing = new Set(
        sent.flatMap(({ key, erp, accepted }) => (erp === host && accepted && !poisoned.has(key) ? [key] : [])),
      );
      await until(async () => {
        for (const key of await control.arrived(host, [...missing])) missing.delete(key);
        return missing.size === 0;
      });
    }),
  );
  // Counted once, for the canaries continue to order.
  let left = 0;
  await until(async () => {
    left = await queued(running, "orders");
    return left === 0;
  }, EMPTY_MS);
  return left;
}

/** Messages on the queues of all stacks of that name, invisible ones too. */
async function queued({ control, stacks }: Running, name: "orders" | "dead-letter"): Promise<number> {
  const { regions } = await control.status();
  return Object.values(regions)
    .flatMap(({ queues }) => queues)
    .filter((queue) => stacks.includes(queue.stack) && queue.name.startsWith(`${queue.stack}-${name}`))
    .reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0);
}

/** The kinds under way, each with how many. */
function summary(under: ReadonlySet<Fault>): string {
  const kinds = Object.entries(tally([...under]));
  return kinds.map(([kind, count]) => `${count} ${kind}`).join(", ") || "none";
}

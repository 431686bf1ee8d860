/** Judges every mutant, or a sample of them, and sums up. */
import { root } from "../../release/workspace/location.ts";
import { commitOf } from "../../stacks/commit.ts";
import { readStackFiles } from "../../stacks/files.ts";
import { drill } from "../faults/run.ts";
import { Random } from "../soak/random.ts";
import { type Accepted, accepted, acceptedBy } from "./accepted.ts";
import { asFault } from "./as-fault.ts";
import { changedKeys } from "./changed-keys.ts";
import { generate, indexOf } from "./generate.ts";
import { type Base, judge, type Verdict } from "./judge.ts";
import type { Mutant } from "./mutant.ts";
import { Policies } from "./policies.ts";
import { registerAll } from "./register.ts";
import { classesOf, countsOf, type Judged, type Score, titleOf } from "./score.ts";

export interface Draw {
  /** Draws the sample: the same seed, the same mutants. */
  seed: number;
  /** How many; all when left out, or none but the changed ones where `changed` stands alone. */
  sample?: number | undefined;
  /** A commit: all mutants of the resources that differ from what it registers. */
  changed?: string | undefined;
  /** Folder of local state, for the stacks that survivors are run against. */
  state: string;
}

/** @param progress gets a line every few seconds */
export async function judgeMutants(draw: Draw, progress: (line: string) => void): Promise<Score> {
  const base = await readBase();
  const all = generate(base.index);
  const chosen = await chosenOf(all, base, draw, progress);
  progress(`${chosen.length} of ${all.length} mutants of ${base.index.size} resources`);
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const judged: Judged[] = [];
  const used = new Map<Accepted, number>();
  let said = started;
  for (const [at, mutant] of chosen.entries()) {
    const verdict = await judge(base, mutant);
    if (verdict) judged.push(entered(mutant, verdict, used));
    if (performance.now() - said < 10_000) continue;
    said = performance.now();
    const surviving = judged.filter(isSurviving).length;
    progress(`${at + 1} of ${chosen.length} judged, ${surviving} survive`);
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1000;
  await runSurvivors(judged, chosen, base, draw.state, progress);
  const equivalent = judged.filter(({ stage }) => stage === "equivalent").length;
  const kept = judged.filter(({ reason }) => reason !== undefined).length;
  const surviving = judged.filter(isSurviving).length;
  return {
    at: new Date().toISOString(),
    ...commitOf(root, ["."]),
    ...(draw.sample !== undefined && { seed: draw.seed }),
    ...(draw.changed !== undefined && { changed: draw.changed }),
    ...{ generated: all.length, judged: judged.length, counts: countsOf(judged) },
    ...{ killed: judged.length - equivalent - kept - surviving, equivalent, accepted: kept, surviving },
    survivors: classesOf(judged),
    entries: [...used].map(([entry, count]) => ({ entry: titleOf(entry), count, reason: entry.reason })),
    unused: chosen.length === all.length ? accepted.filter((entry) => !used.has(entry)).map(titleOf) : [],
    seconds,
    processorSeconds: (user + system) / 1e6,
  };
}

async function chosenOf(
  all: readonly Mutant[],
  { index }: Base,
  { seed, sample, changed }: Draw,
  progress: (line: string) => void,
): Promise<readonly Mutant[]> {
  if (changed === undefined) return sample === undefined ? all : drawn(all, seed, sample);
  const keys = await changedKeys(index, changed, progress);
  progress(`${keys.size} of ${index.size} resources differ from ${changed}`);
  const chosen = new Set([...all.filter(({ key }) => keys.has(key)), ...drawn(all, seed, sample ?? 0)]);
  return [...chosen];
}

/** What no check stops, in staging and then in production on the real engine: those caught there are killed by that stage. */
async function runSurvivors(
  judged: Judged[],
  mutants: readonly Mutant[],
  { index, graphs, places }: Base,
  state: string,
  progress: (line: string) => void,
): Promise<void> {
  const survivors = new Set(judged.filter(isSurviving).map(({ id }) => id));
  const faults = mutants
    .filter(({ id }) => survivors.has(id))
    .flatMap((mutant) => asFault(mutant, index, graphs, places) ?? []);
  if (faults.length === 0) return;
  progress(`${faults.length} of ${survivors.size} survivors are run against staging and production:`);
  for (const id of survivors) progress(`  ${id}`);
  const { faults: results } = await drill(faults, { baseline: false, state }, progress);
  for (const { id, caughtBy, evidence } of results) {
    const one = judged.find((mutant) => mutant.id === id);
    if (one && caughtBy) Object.assign(one, { stage: "engine", by: caughtBy, evidence } satisfies Verdict);
  }
}

const isSurviving = ({ stage, reason }: Judged) => stage === "survives" && reason === undefined;

/** The stacks as their files have them. @throws Error where a check has a finding without any mutant */
export async function readBase(): Promise<Base> {
  const graphs = await registerAll();
  const places = [...readStackFiles(root)].map(
    ([stack, { region, account }]) => [stack, { stack, region, account }] as const,
  );
  return { graphs, places: new Map(places), index: indexOf(graphs), policies: new Policies(graphs) };
}

function entered(mutant: Mutant, verdict: Verdict, used: Map<Accepted, number>): Judged {
  const { change: _, ...plain } = mutant;
  const entry = verdict.stage === "survives" ? acceptedBy(accepted, mutant) : undefined;
  if (!entry) return { ...plain, ...verdict };
  used.set(entry, (used.get(entry) ?? 0) + 1);
  return { ...plain, ...verdict, reason: entry.reason };
}

function drawn(all: readonly Mutant[], seed: number, sample: number): Mutant[] {
  const random = new Random(seed);
  const rest = [...all];
  return Array.from({ length: Math.min(sample, all.length) }, () =>
    rest.splice(random.between(0, rest.length - 1), 1),
  ).flat();
}

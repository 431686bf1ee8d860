/** Judges every mutant, or a sample of them, and sums up. */
import { root } from "../../release/workspace/location.ts";
import { commitOf } from "../../stacks/commit.ts";
import { readStackFiles } from "../../stacks/files.ts";
import { Random } from "../soak/random.ts";
import { type Accepted, accepted, acceptedBy } from "./accepted.ts";
import { generate, indexOf } from "./generate.ts";
import { type Base, judge, type Verdict } from "./judge.ts";
import type { Mutant } from "./mutant.ts";
import { Policies } from "./policies.ts";
import { registerAll } from "./register.ts";
import { classesOf, countsOf, type Judged, type Score, titleOf } from "./score.ts";

export interface Draw {
  /** Draws the sample: the same seed, the same mutants. */
  seed: number;
  /** How many; all when left out. */
  sample?: number | undefined;
}

/** @param progress gets a line every few seconds */
export async function judgeMutants(draw: Draw, progress: (line: string) => void): Promise<Score> {
  const base = await readBase();
  const all = generate(base.index);
  const chosen = draw.sample === undefined ? all : drawn(all, draw.seed, draw.sample);
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
    const surviving = judged.filter(({ stage, reason }) => stage === "survives" && reason === undefined).length;
    progress(`${at + 1} of ${chosen.length} judged, ${surviving} survive`);
  }
  const { user, system } = process.cpuUsage(cpu);
  const isSurviving = ({ stage, reason }: Judged) => stage === "survives" && reason === undefined;
  const equivalent = judged.filter(({ stage }) => stage === "equivalent").length;
  const kept = judged.filter(({ reason }) => reason !== undefined).length;
  const surviving = judged.filter(isSurviving).length;
  return {
    at: new Date().toISOString(),
    ...commitOf(root, ["."]),
    ...(draw.sample !== undefined && { seed: draw.seed }),
    ...{ generated: all.length, judged: judged.length, counts: countsOf(judged) },
    ...{ killed: judged.length - equivalent - kept - surviving, equivalent, accepted: kept, surviving },
    survivors: classesOf(judged),
    entries: [...used].map(([entry, count]) => ({ entry: titleOf(entry), count, reason: entry.reason })),
    unused: draw.sample === undefined ? accepted.filter((entry) => !used.has(entry)).map(titleOf) : [],
    seconds: (performance.now() - started) / 1000,
    processorSeconds: (user + system) / 1e6,
  };
}

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

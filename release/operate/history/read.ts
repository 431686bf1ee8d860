/** Reads what `order-queue history` shows. Changes nothing. */
import { pMapKeyed } from "p-map";
import { readLedger } from "../../../stacks/ledger.ts";
import type { StackEntry } from "../../../stacks/registry.ts";
import { deployedGraph } from "../../plan/graph.ts";
import { type HistoryEntry, updateOf } from "../../promotion/history.ts";
import type { StackReader } from "../../workspace/stack-reader.ts";
import type { Commits } from "../commits.ts";
import { type Delivery, deliveryOf } from "./delivery.ts";
import { type HistoryEvent, type StackHistory, timelineOf } from "./timeline.ts";

/** Updates of a stack that are read, the newest: each is a file. */
const MOST_UPDATES = 200;
/** Stacks that are read at the same time, and files of each. */
const AT_ONCE = 8;

export interface History {
  events: HistoryEvent[];
  delivery: Delivery;
  /** Updates that were not read, the oldest of their stacks. */
  older: number;
}

/** @param commitsOf what is known of those commits that stacks name */
export async function readHistory(
  reader: StackReader,
  stacks: readonly StackEntry[],
  commitsOf: (commits: readonly string[]) => Commits,
): Promise<History> {
  const entries = new Map(stacks.map((entry) => [entry.name, entry]));
  const read = await pMapKeyed(entries, (entry) => readStack(reader, entry), { concurrency: AT_ONCE });
  const histories = [...read.values()];
  const named = histories.flatMap(({ updates }) => updates.flatMap(({ commit }) => commit ?? []));
  const commits = commitsOf([...new Set(named)]);
  const events = timelineOf(histories, (commit) => commits.get(commit)?.subject);
  const production = new Set(histories.filter((history) => history.production).map(({ stack }) => stack));
  return {
    events,
    delivery: deliveryOf(events, production, (commit) => commits.get(commit)?.at),
    older: histories.reduce((sum, { older }) => sum + older, 0),
  };
}

async function readStack(reader: StackReader, { name, role }: StackEntry): Promise<StackHistory & { older: number }> {
  const [deployment, files] = await Promise.all([reader.deployment(name), reader.updates(name)]);
  const stack = deployedGraph(deployment).find(({ type }) => type === "pulumi:pulumi:Stack");
  const { verified } = readLedger(stack?.outputs.ledger);
  const newest = new Map(files.slice(0, MOST_UPDATES).map((file) => [file.version, file]));
  const updates = await pMapKeyed(
    newest,
    async (file) => updateOf((await file.read()) as HistoryEntry, file.version, verified),
    { concurrency: AT_ONCE },
  );
  const older = files.length - newest.size;
  return { stack: name, production: role === "production", updates: [...updates.values()], verified, older };
}

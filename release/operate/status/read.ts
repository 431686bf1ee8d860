/** Reads what `order-queue status` judges, of all stacks at once. Changes nothing. */
import { pMapKeyed } from "p-map";
import { readLedger, runs } from "../../../stacks/ledger.ts";
import type { StackEntry } from "../../../stacks/registry.ts";
import { deployedGraph, type Properties, type Resource } from "../../plan/graph.ts";
import { type HistoryEntry, type Update, updateOf } from "../../promotion/history.ts";
import type { StackReader, UpdateFile } from "../../workspace/stack-reader.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { readDriftNote } from "../drift-note.ts";
import type { Head, StackFacts, Status } from "./model.ts";
import { statusOf } from "./status.ts";

/** Stacks that are read at the same time: an engine's commands, where they are needed, take a processor each. */
const AT_ONCE = 8;

/** Where a status is read. */
export interface StatusSource extends Pick<Workspace, "alarms" | "clock" | "stacks"> {
  reader: StackReader;
  /** The working tree, given the commits that stacks name. */
  head: (commits: readonly string[]) => Head;
}

/** The status of every stack. What cannot be read of one is in its status, and stops no other reading. */
export async function readStatus({ reader, alarms, clock, stacks, head }: StatusSource): Promise<Status> {
  const entries = new Map(stacks.map((entry) => [entry.name, entry]));
  const read = await pMapKeyed(entries, (entry) => readFacts(reader, alarms, entry), { concurrency: AT_ONCE });
  const facts = [...read.values()];
  const commits = facts.flatMap(({ outputs }) => readLedger(outputs.ledger).verified.map(({ commit }) => commit));
  return statusOf(facts, head([...new Set(commits.filter((commit) => commit !== undefined))]), clock.now());
}

async function readFacts(reader: StackReader, alarms: Workspace["alarms"], entry: StackEntry): Promise<StackFacts> {
  const { name } = entry;
  const unread: StackFacts["unread"] = [];
  const attempt = <T>(what: string, read: Promise<T>, otherwise: T): Promise<T> =>
    read.catch((error: Error) => {
      unread.push({ what, why: error.message.split("\n").slice(0, 2).join(" ") || error.name });
      return otherwise;
    });
  const [deployment, files, locks, tags] = await Promise.all([
    attempt("the stack's state", reader.deployment(name), {}),
    attempt("the stack's history", reader.updates(name), []),
    attempt("the stack's lock", reader.locks(name), []),
    attempt("the stack's tags", reader.tags(name), {}),
  ]);
  const resources = deployedGraph(deployment);
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const { newest, arrival } = await attempt("the stack's history", readUpdates(files, outputs), {});
  const drift = readDriftNote(tags);
  return {
    ...{ entry, outputs, locks, unread },
    ...(newest && { newest }),
    ...(arrival && { arrival }),
    ...(drift && { drift }),
    pending: pendingIn(deployment),
    alarms: await attempt("alarms", raisedAlarms(alarms, name, resources), []),
  };
}

async function raisedAlarms(alarms: Workspace["alarms"], stack: string, resources: readonly Resource[]) {
  const names = resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ id }) => id);
  return names.length === 0 ? [] : alarms.raised(stack, names);
}

/** The newest update, and the first one recorded after the verification that made the release the stack's own. */
async function readUpdates(files: readonly UpdateFile[], outputs: Properties) {
  const { verified } = readLedger(outputs.ledger);
  const since = Date.parse(runs(verified)[0]?.entries.at(-1)?.at ?? "");
  const read = async (file: UpdateFile | undefined): Promise<Update | undefined> =>
    file && updateOf((await file.read()) as HistoryEntry, file.version, verified);
  // An end is written in whole seconds.
  const arrived = files.findLast(({ at }) => at + 1000 > since);
  const [newest, arrival] = await Promise.all([read(files[0]), read(arrived)]);
  return { ...(newest && { newest }), ...(arrival && { arrival }) };
}

/** What the engine has begun and not finished (pulumi sdk/go/common/apitype/core.go, OperationV2). */
function pendingIn(deployment: unknown): string[] {
  const { pending_operations: pending } = deployment as {
    pending_operations?: { type: string; resource: { urn: string } }[] | null;
  };
  return (pending ?? []).map(({ type, resource }) => `${type} ${resource.urn}`);
}

/** What `order-queue status` shows of a stack. Pure: read.ts reads what it judges. */
import { frozenAt } from "../../../stacks/freeze.ts";
import { decide } from "../../../stacks/gate.ts";
import { type Ledger, readLedger, runs, transitionBetween, verifiedAs } from "../../../stacks/ledger.ts";
import type { PartialUpdate } from "../../../stacks/next-record.ts";
import type { Properties } from "../../plan/graph.ts";
import type { Update } from "../../promotion/history.ts";
import { attentionOf } from "./attention.ts";
import type { Head, ReleaseStatus, StackFacts, StackStatus, Status } from "./model.ts";

/** The status of all stacks. @param now milliseconds since 1970 */
export function statusOf(facts: readonly StackFacts[], head: Head, now: number): Status {
  const proving = facts.find(({ entry }) => entry.role === "staging");
  return {
    at: new Date(now).toISOString(),
    head: head.release,
    stacks: facts.map((each) => stackStatus(each, proving?.outputs ?? {}, head, now)),
  };
}

function stackStatus(facts: StackFacts, staging: Properties, head: Head, now: number): StackStatus {
  const { entry, outputs, newest, pending, locks, drift, unread } = facts;
  const ledger = readLedger(outputs.ledger);
  const running = runningOf(facts, ledger, readLedger(staging.ledger), head);
  const partial = outputs.partial as PartialUpdate | undefined;
  const of = head.of(entry.name);
  const frozen = "problem" in of ? undefined : frozenAt(of.settings, now);
  const status = {
    ...{ stack: entry.name, region: entry.region },
    ...(running && { running }),
    verified: running !== undefined && newest?.result === "succeeded" && !partial,
    ...(newest && { lastUpdate: lastUpdateOf(newest) }),
    ahead: entry.role === "staging" ? [] : aheadOf(readLedger(staging.ledger), running?.release, head),
    ...{ pending, locks },
    ...(partial && { partial }),
    alarms: facts.alarms.map(({ at, ...alarm }) => ({ ...alarm, since: new Date(at).toISOString() })),
    ...(drift && { drift }),
    gate: gateOf(facts, staging, head, now),
    ...(frozen && { frozen }),
    unread,
  };
  return { ...status, attention: attentionOf(status, now) };
}

function lastUpdateOf({ version, kind, result, message, endTime, author }: Update) {
  return { version, kind, result, message, endTime, ...(author !== undefined && { author }) };
}

function runningOf({ outputs, arrival }: StackFacts, ledger: Ledger, staging: Ledger, head: Head) {
  const [run] = runs(ledger.verified);
  const release = outputs.release as string | undefined;
  if (release === undefined || run?.release !== release) return undefined;
  const [newest, first] = [run.entries[0], run.entries.at(-1) ?? run.entries[0]];
  return {
    ...releaseStatus({ ...newest, at: first.at }, head),
    ...{ image: newest.image, inStaging: verifiedAs(staging, release) !== undefined },
    ...(arrival?.author !== undefined && { author: arrival.author }),
    ...(arrival?.build !== undefined && { build: arrival.build }),
    ...(newest.brokenGlass !== undefined && { brokenGlass: newest.brokenGlass }),
  };
}

type Entry = Pick<Ledger["verified"][number], "release" | "commit" | "at">;

function releaseStatus({ release, commit, at }: Entry, head: Head): ReleaseStatus {
  const subject = commit === undefined ? undefined : head.subject(commit);
  return { release, at, ...(commit !== undefined && { commit }), ...(subject !== undefined && { subject }) };
}

/** Releases of staging's ledger above the last one that runs here; of a stack that runs none, staging's own alone. */
function aheadOf(staging: Ledger, running: string | undefined, head: Head): StackStatus["ahead"] {
  const log = runs(staging.verified).map(({ release }) => release);
  const last = running === undefined ? 1 : log.indexOf(running);
  const newer = [...new Set(log.slice(0, last < 0 ? 1 : last))].filter((release) => release !== running);
  return newer.flatMap((release) => {
    const entry = verifiedAs(staging, release);
    const rehearsed = running === undefined || transitionBetween(staging, running, release) !== undefined;
    return entry ? [{ ...releaseStatus(entry, head), rehearsed }] : [];
  });
}

function gateOf({ entry, outputs }: StackFacts, staging: Properties, head: Head, now: number): StackStatus["gate"] {
  const of = head.of(entry.name);
  if ("problem" in of) return of;
  const record = ({ release, image, ledger }: Properties) => ({
    ...{ running: release as string | undefined, image: image as string | undefined, ledger: readLedger(ledger) },
    output: async () => undefined,
  });
  const records = { own: record(outputs), staging: record(staging) };
  return decide({ stack: entry, ...of, release: head.release, records, now });
}

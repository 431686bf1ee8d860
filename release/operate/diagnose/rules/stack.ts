/** Rules about the stack itself: its last update, its alarms, and what could not be read. */
import { type Facts, type Source, sources } from "../facts.ts";
import { type Found, rollback } from "./rule.ts";

/** What AWS answers where the credentials, the region or the endpoint are of somewhere else: nothing of the stack is there. */
const absent = /^(ClusterNotFoundException|QueueDoesNotExist|TargetGroupNotFoundException): /;
const asked: Source[] = ["containers", "queue", "targets"];

/** Nothing that the state names is on AWS: a sign of the wrong place, more than of a loss. */
export function nothingFound({ stack, certificates, unread: missing }: Facts): Found {
  const lost = (source: Source) => missing.some((one) => one.source === source && absent.test(one.why));
  if (!asked.every(lost) || certificates.some(({ status }) => status !== "MISSING")) return undefined;
  return {
    what: `None of the resources in the state of ${stack} is found on AWS.`,
    evidence: missing.map(({ source, why }) => `${sources[source]}: ${why}`),
    fix:
      "check account, region and endpoint (AWS_PROFILE, AWS_ENDPOINT_URL), and that the backend belongs to them; until then run no " +
      "pulumi refresh, which would remove every resource from the state.",
  };
}

/** A last update that did not succeed. */
export function updateFailed(facts: Facts): Found {
  const { change } = facts;
  if (!change || change.result === "succeeded") return undefined;
  return {
    what: `The last update ${change.result === "failed" ? "failed" : `is ${change.result}`}.`,
    evidence: [`update ${change.version}, ${change.endTime}: ${change.message}`],
    fix: `${rollback(facts)} returns to the last good one.`,
  };
}

/** Alarms of the stack in state ALARM. */
export function alarm({ alarms }: Facts): Found {
  if (alarms.length === 0) return undefined;
  return {
    what: `${alarms.length} alarm${alarms.length === 1 ? " is" : "s are"} in ALARM.`,
    evidence: alarms.map(({ name, since, description, reason }) => `${name}, since ${since}: ${description || reason}`),
    fix: "follow the runbook line of each alarm.",
  };
}

/** Subscriptions of the alarm topic that wait for confirmation. */
export function unconfirmedSubscription({ unconfirmed }: Facts): Found {
  if (unconfirmed.length === 0) return undefined;
  return {
    what: "Alarm notifications are not sent to every recipient.",
    evidence: unconfirmed.map(({ endpoint, status }) => `${endpoint}: ${status}`),
    fix: "confirm the subscription by the link in SNS's message; Request confirmation in the SNS console sends it again.",
  };
}

/** Facts that could not be read, each with the reason. */
export function unread({ unread: missing }: Facts): Found {
  if (missing.length === 0) return undefined;
  return {
    what: "Not everything could be read.",
    evidence: missing.map(({ source, why }) => `${sources[source]}: ${why}`),
    fix: "correct what the message names: credentials, permissions, or a deleted resource.",
  };
}

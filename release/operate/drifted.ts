import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** A resource whose state on AWS differs from the last update's. */
export interface Drifted {
  type: string;
  /** Logical name. */
  name: string;
  /**
   * `changed`: some properties are others; `gone`: it does not exist any more; `unconfirmed`: a subscription, the same or
   * not, that is not confirmed, so that no notification is sent through it.
   */
  what: "changed" | "gone" | "unconfirmed";
  /** Property paths, where it changed. */
  properties: string[];
}

/** In words, after what it is called. */
export function driftedWords({ what, properties }: Drifted): string {
  if (what === "gone") return "is gone";
  return what === "changed"
    ? `changed: ${properties.join(", ")}`
    : "is not confirmed: no notification is sent through it";
}

/** Of a subscription: its recipient has not confirmed it, or has unsubscribed. */
const confirmation = "pendingConfirmation";

/** What changes at AWS as it should: a recipient confirms, ACM renews. */
const expected: Readonly<Record<string, readonly string[]>> = {
  "aws:sns/topicSubscription:TopicSubscription": [confirmation, "confirmationWasAuthenticated"],
  "aws:acm/certificate:Certificate": [
    "notAfter",
    "notBefore",
    "pendingRenewal",
    "renewalEligibility",
    "renewalSummaries",
  ],
};

/** Number of AWS resources of a stack where none of them exists; undefined where one does, or there is none. Pure. */
export function allGone(events: readonly EngineEvent[]): number | undefined {
  const ops = events.flatMap(({ resOutputsEvent }) =>
    resOutputsEvent?.metadata.type.startsWith("aws:") ? [resOutputsEvent.metadata.op] : [],
  );
  return ops.length > 0 && ops.every((op) => op === "delete") ? ops.length : undefined;
}

/** What a refresh would write into the state, and which subscriptions are not confirmed, by type and name. Pure. */
export function driftedIn(events: readonly EngineEvent[]): Drifted[] {
  const drifted = events.flatMap(({ resOutputsEvent }): Drifted[] => {
    if (!resOutputsEvent) return [];
    const { op, type, urn, diffs, detailedDiff, new: next } = resOutputsEvent.metadata;
    // What the engine keeps for itself, a reference to another stack's outputs among it, is nothing on AWS.
    if (type.startsWith("pulumi:")) return [];
    const name = urn.split("::").at(-1) ?? urn;
    if (op === "delete") return [{ type, name, what: "gone", properties: [] }];
    if (next?.outputs?.[confirmation] === true) return [{ type, name, what: "unconfirmed", properties: [] }];
    if (op !== "update") return [];
    const paths = Object.keys(detailedDiff ?? {});
    const properties = (paths.length > 0 ? paths : (diffs ?? [])).filter(
      (path) => !expected[type]?.some((property) => path.startsWith(property)),
    );
    return properties.length > 0 ? [{ type, name, what: "changed", properties }] : [];
  });
  return drifted.toSorted((one, other) => `${one.type} ${one.name}`.localeCompare(`${other.type} ${other.name}`));
}

/** How an update stopped that did not succeed, by the engine's events. Pure. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { isVerifying } from "../plan/graph.ts";

/**
 * `not started`: the engine refused it, e.g. because of a lock or missing credentials. `nothing changed`: the program or
 * the gate failed first. After the other two the stack differs from its last good update.
 */
export type Outcome = "not started" | "nothing changed" | "changed" | "verification failed";

/** Operations that change nothing. */
const passive: readonly string[] = ["same", "read", "read-replacement", "refresh", "read-discard", "discard-replaced"];

/** What an update did, by the events that the engine sent until it stopped. */
export function outcomeOf(events: readonly EngineEvent[]): Outcome {
  const failed = events.flatMap(({ resOpFailedEvent: event }) => (event ? [event.metadata.type] : []));
  const done = events.flatMap(({ resOutputsEvent: event }) => (event ? [event.metadata] : []));
  if (failed.some(isVerifying)) return "verification failed";
  if (failed.length > 0 || done.some(({ op, type }) => !passive.includes(op) && !isVerifying(type))) return "changed";
  // The engine reports the settings of an update before anything else of it.
  return events.some(({ preludeEvent }) => preludeEvent) ? "nothing changed" : "not started";
}

/** Whether a stack is to be rolled back after an update that stopped in this way. */
export function mayRollBack(outcome: Outcome): boolean {
  return outcome === "changed" || outcome === "verification failed";
}

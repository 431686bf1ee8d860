import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";

// biome-ignore lint/suspicious/noExplicitAny: resource properties are as varied as AWS itself
export type Properties = Record<string, any>;

/** A resource as a stack's program registers it, with what the engine knows of it. */
export interface Resource {
  urn: string;
  /** Pulumi token. */
  type: string;
  /** Logical name. */
  name: string;
  /** URN; empty for the stack itself. */
  parent: string;
  inputs: Properties;
  /** Known after an update; what it had before when a preview plans to change it. */
  outputs: Properties;
  id: string;
  protect: boolean;
}

/** One thing that an update would do. */
export interface Step {
  op: OpType;
  urn: string;
  type: string;
  name: string;
  /** Properties that force a replacement. */
  replacedBy: string[];
  /** Properties that change. */
  changed: string[];
}

/** What the engine plans for one stack. */
export interface Plan {
  resources: Resource[];
  steps: Step[];
}

/** Resources and steps from the engine's events. A replacement is told once, as `replace`. */
export function planOf(events: readonly EngineEvent[]): Plan {
  const resources = new Map<string, Resource>();
  const steps = new Map<string, Step>();
  for (const { resourcePreEvent } of events) {
    if (!resourcePreEvent) continue;
    const { op, urn, type, old, new: next, keys, diffs, detailedDiff } = resourcePreEvent.metadata;
    const name = urn.split("::").at(-1) ?? urn;
    if (next && !op.startsWith("delete") && !op.startsWith("discard") && op !== "remove-pending-replace")
      resources.set(urn, {
        urn,
        type,
        name,
        parent: next.parent,
        inputs: next.inputs,
        protect: next.protect ?? false,
        outputs: Object.keys(next.outputs ?? {}).length > 0 ? next.outputs : (old?.outputs ?? {}),
        id: next.id || (old?.id ?? ""),
      });
    const kind = op === "create-replacement" || op === "delete-replaced" ? "replace" : op;
    const before = steps.get(urn);
    if (before?.op === "replace") continue;
    steps.set(urn, {
      op: kind,
      urn,
      type,
      name,
      replacedBy: kind === "replace" ? (keys ?? []) : [],
      changed: Object.keys(detailedDiff ?? {}).length > 0 ? Object.keys(detailedDiff ?? {}) : (diffs ?? []),
    });
  }
  return { resources: [...resources.values()], steps: [...steps.values()] };
}

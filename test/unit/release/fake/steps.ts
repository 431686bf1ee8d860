/** What the in-memory engine does to take a stack's state to what its program registers. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";
import type { Properties } from "../../../../release/plan/graph.ts";
import type { Declared, FakeViolation } from "./project.ts";

/** A resource in a stack's state, as `pulumi stack export` has it. */
export interface State {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly parent: string;
  readonly protect: boolean;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface FakeStep {
  readonly op: "same" | "create" | "update" | "replace" | "delete";
  readonly before?: State;
  readonly after?: State;
  /** Properties that change. */
  readonly changed: readonly string[];
  /** Those of them that force a replacement. */
  readonly forced: readonly string[];
}

export function urnOf(stack: string, type: string, name: string): string {
  return `urn:pulumi:${stack}::order-queue::${type}::${name}`;
}

export function stackUrn(stack: string): string {
  return urnOf(stack, "pulumi:pulumi:Stack", `order-queue-${stack}`);
}

/** The stack itself first, then what it registers in the program's order, then deletions, the newest first. */
export function planSteps(stack: string, state: readonly State[], program: readonly Declared[]): FakeStep[] {
  const before = new Map(state.map((one) => [one.urn, one]));
  const itself = { type: "pulumi:pulumi:Stack", name: `order-queue-${stack}`, inputs: {} };
  const all = [itself, ...program].map((one) => ({ ...one, urn: urnOf(stack, one.type, one.name) }));
  const kept = new Set(all.map(({ urn }) => urn));
  const steps = all.map((one) => stepOf(stack, one, before.get(one.urn)));
  const gone = state.filter(({ urn }) => !kept.has(urn)).toReversed();
  return [...steps, ...gone.map((one): FakeStep => ({ op: "delete", before: one, changed: [], forced: [] }))];
}

function stepOf(stack: string, one: Declared & { urn: string }, before: State | undefined): FakeStep {
  const { urn, type, name, inputs, forces = [], protect = false } = one;
  const parent = urn === stackUrn(stack) ? "" : stackUrn(stack);
  const make = (id: string): State => ({ urn, type, id, parent, protect, inputs, outputs: { ...inputs, id } });
  if (!before) return { op: "create", after: make(name), changed: [], forced: [] };
  const keys = [...new Set([...Object.keys(before.inputs), ...Object.keys(inputs)])];
  const changed = keys.filter((key) => !isDeepStrictEqual(before.inputs[key], inputs[key]));
  const forced = changed.filter((key) => forces.includes(key));
  if (forced.length > 0) return { op: "replace", before, after: make(`${before.id}+`), changed, forced };
  return { op: changed.length > 0 ? "update" : "same", before, after: make(before.id), changed, forced };
}

/** The engine's event of a rule that a resource breaks. */
export function violated({ stack, rule, resource, message }: FakeViolation): EngineEvent {
  const pack = { policyPackName: "order-queue", policyPackVersion: "", policyPackVersionTag: "" };
  const level = { color: "never", enforcementLevel: "mandatory" as const };
  const resourceUrn = urnOf(stack, "type", resource);
  return event({ policyEvent: { resourceUrn, policyName: rule, message: `${message}\n`, ...pack, ...level } });
}

/** The state after some of the steps; a replaced or deleted resource is gone with its step. */
export function applySteps(state: readonly State[], steps: readonly FakeStep[]): State[] {
  const after = new Map(state.map((one) => [one.urn, one]));
  for (const step of steps) {
    if (step.after) after.set(step.after.urn, step.after);
    else if (step.before) after.delete(step.before.urn);
  }
  return [...after.values()];
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** The engine's events of one step; a replacement has three, as the real engine reports it. */
export function eventsOf(step: FakeStep): EngineEvent[] {
  const ops: OpType[] = step.op === "replace" ? ["create-replacement", "replace", "delete-replaced"] : [step.op];
  return ops.flatMap((op) => {
    const metadata = metadataOf(step, op);
    return [event({ resourcePreEvent: { metadata } }), event({ resOutputsEvent: { metadata } })];
  });
}

export function metadataOf({ before, after, changed, forced }: Omit<FakeStep, "op">, op: OpType): Metadata {
  const { urn, type } = (after ?? before) as State;
  return {
    ...{ op, urn, type, provider: "", keys: [...forced], diffs: [...changed] },
    ...(before && { old: { ...before, provider: "" } }),
    ...(after && op !== "delete-replaced" && { new: { ...after, provider: "" } }),
  };
}

export function event(content: Omit<EngineEvent, "sequence" | "timestamp">): EngineEvent {
  return { sequence: 0, timestamp: 0, ...content };
}

/** Number of resources by operation, as the engine's summary counts them. */
export function countSteps(steps: readonly FakeStep[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { op } of steps) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

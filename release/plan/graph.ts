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

/** Whether a step changes anything on AWS or in the state. */
export function isChange({ op }: Step): boolean {
  return !["same", "read", "refresh"].includes(op);
}

/**
 * Whether a resource is Verification, which runs its checks in each update, or the provider that the engine starts for it: its
 * inputs are all settings of the stack (pulumi/pulumi, sdk/nodejs/dynamic, Config), so that any change of one updates it. Neither is
 * anything on AWS.
 */
export function isVerifying(type: string): boolean {
  return type.endsWith(":Verification") || type === "pulumi:providers:pulumi-nodejs";
}

/** What the engine plans for one stack. */
export interface Plan {
  resources: Resource[];
  /** Resources that are deleted; replaced ones are not among them. */
  gone: Resource[];
  /** Resources that are replaced, as they were before. */
  replaced: Resource[];
  /** Resources that are updated, as they were before. */
  updated: Resource[];
  steps: Step[];
}

/** What a stack's Region registers of itself: domain, AWS region, account; nothing for a stack without one. */
export function regionOf(resources: readonly Resource[]): Properties {
  return resources.find(({ type }) => type === "order-queue:infra:Region")?.inputs ?? {};
}

/** A stack's resources as they are before an update. */
export function resourcesBefore({ resources, gone, replaced, updated, steps }: Plan): Resource[] {
  const changed = new Set(steps.filter(({ op }) => op !== "same").map(({ urn }) => urn));
  return [...resources.filter(({ urn }) => !changed.has(urn)), ...gone, ...replaced, ...updated];
}

/** What an update deletes at AWS, also where it creates a replacement. */
export function deletedBy({ gone, replaced }: Plan): Resource[] {
  return [...gone, ...replaced];
}

/** Resources and steps from the engine's events. A replacement is one step, `replace`. */
export function planOf(events: readonly EngineEvent[]): Plan {
  const resources = new Map<string, Resource>();
  const gone = new Map<string, Resource>();
  const replaced = new Map<string, Resource>();
  const updated = new Map<string, Resource>();
  const steps = new Map<string, Step>();
  for (const { resourcePreEvent } of events) {
    if (!resourcePreEvent) continue;
    const { op, urn, type, old, new: next, keys, diffs, detailedDiff } = resourcePreEvent.metadata;
    const name = urn.split("::").at(-1) ?? urn;
    if (next && !op.startsWith("delete") && !op.startsWith("discard") && op !== "remove-pending-replace")
      resources.set(urn, resourceOf({ urn, type, name }, next, old));
    else if (old && op === "delete") gone.set(urn, resourceOf({ urn, type, name }, old));
    if (old && (op === "replace" || op === "delete-replaced")) replaced.set(urn, resourceOf({ urn, type, name }, old));
    if (old && op === "update") updated.set(urn, resourceOf({ urn, type, name }, old));
    const kind = op === "create-replacement" || op === "delete-replaced" ? "replace" : op;
    // Where the engine deletes first, its first event has no keys yet (pulumi pkg/resource/deploy/step_generator.go).
    if (steps.get(urn)?.op === "replace" && !keys?.length) continue;
    steps.set(urn, {
      op: kind,
      urn,
      type,
      name,
      replacedBy: kind === "replace" ? (keys ?? []) : [],
      changed: Object.keys(detailedDiff ?? {}).length > 0 ? Object.keys(detailedDiff ?? {}) : (diffs ?? []),
    });
  }
  const all = (map: Map<string, Resource>) => [...map.values()];
  return {
    resources: all(resources),
    gone: all(gone),
    replaced: all(replaced),
    updated: all(updated),
    steps: [...steps.values()],
  };
}

type State = NonNullable<NonNullable<EngineEvent["resourcePreEvent"]>["metadata"]["old"]>;

function resourceOf(what: { urn: string; type: string; name: string }, state: State, before?: State): Resource {
  const outputs = state.outputs ?? {};
  return {
    ...what,
    parent: state.parent,
    inputs: state.inputs,
    protect: state.protect ?? false,
    outputs: Object.keys(outputs).length > 0 ? outputs : (before?.outputs ?? {}),
    id: state.id || (before?.id ?? ""),
  };
}

/** How the engine marks a secret in a stack's state (pulumi sdk/go/common/resource/sig, SecretSig under Key). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** A value with its secrets masked as in the engine's events: they are neither shown nor compared. */
function masked<T>(value: T): T {
  if (Array.isArray(value)) return value.map(masked) as T;
  if (value === null || typeof value !== "object") return value;
  if (SIGNATURE in value) return "[secret]" as T;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)])) as T;
}

/** The graph of a deployed stack, from what `pulumi stack export` has. Resources that wait for their deletion are left out. */
export function deployedGraph(deployment: unknown): Resource[] {
  const { resources = [] } = deployment as { resources?: (State & { urn: string; type: string; delete?: boolean })[] };
  return resources
    .filter((state) => !state.delete)
    .map((state) => {
      const { urn, type } = state;
      const { parent = "", inputs = {} } = state as Partial<State>;
      const { outputs } = masked({ outputs: state.outputs });
      const known = { ...state, parent, inputs: masked(inputs), outputs };
      return resourceOf({ urn, type, name: urn.split("::").at(-1) ?? urn }, known);
    });
}

import { z } from "zod";
import type { Properties, Store } from "../core/store.ts";

/**
 * Who asks: the provider instance's region and account, and the resource it is about. A type that needs more than the
 * store extends it with what it uses: `ResourceCall & { sqs: Sqs }`.
 */
export interface ResourceCall {
  store: Store;
  /** AWS region of the resource, `global` for IAM and Route 53. */
  region: string;
  account: string;
  /** Tags that the provider instance adds to every resource. */
  defaultTags: Record<string, string>;
  /** Logical name in the program. */
  name: string;
  urn: string;
  /** The program's `customTimeouts` for this operation, in milliseconds. */
  timeoutMs?: number;
}

/** An error at plan time, shown by the engine beside the property. */
export interface Problem {
  /** Property path, `healthCheck.interval`. */
  property: string;
  reason: string;
}

export interface Created {
  id: string;
  /** What AWS computed; the inputs are added by the caller. */
  outputs: Properties;
}

/**
 * One row of the twin's capability list: how the real provider treats a type, and what AWS does for it.
 * A property that `inputs` does not name is refused by name; so is a type that no row names.
 */
export interface ResourceType<Call extends ResourceCall = ResourceCall> {
  token: string;
  scope: "regional" | "global";
  /** Strict at every level: what it does not list is not modelled. */
  inputs: z.ZodType;
  /** Output-only properties, unknown in the preview of a new resource. */
  computed: readonly string[];
  /** The provider's own defaults, filled in at plan time. */
  defaults?: Properties;
  /**
   * Inputs with what Check adds to them from outside the program, as the docker provider's hash of a build context.
   *
   * @throws Error in the provider's words where it refuses there
   */
  completed?: (inputs: Properties) => Properties;
  /** `logicalName-<7 hex>` for a name that the program leaves out; an explicit one makes a replacement delete first. */
  autoname?: { property: string; max: number; suffix?: (inputs: Properties) => string };
  /** Properties whose change replaces the resource (`region` always does). */
  replaces: readonly string[];
  /** Properties of which the values decide whether a change replaces, as the provider's CustomizeDiff has them. */
  replacesWhen?(olds: Properties, news: Properties): readonly string[];
  /** The form of a property in which the provider compares two values. */
  normal?: Readonly<Record<string, (value: unknown) => unknown>>;
  /** Properties that hold JSON text: equal when the JSON is. */
  json?: readonly string[];
  /** Lists whose order means nothing to AWS. */
  sets?: readonly string[];
  deleteBeforeReplace?: boolean;
  /** Plan-time rules between properties, as the provider's CustomizeDiff has them. */
  check?: (inputs: Properties, call: Call) => Problem[];
  /** A create that throws has created nothing. */
  create: (inputs: Properties, call: Call) => Promise<Created> | Created;
  /** Where AWS has several of one id (task definition revisions): what the twin keeps it under instead. */
  key?(outputs: Properties): string;
  /** Waits after the resource exists, as `waitForSteadyState` does; when it throws, the resource stays and is marked failed. */
  settle?: (id: string, outputs: Properties, call: Call) => Promise<void>;
  /**
   * Output properties that time alone has run out on; each replaces the resource in the next plan.
   * Given what is kept with the new inputs over it.
   */
  overdue?(planned: Properties): readonly string[];
  /** Whether AWS still has it but the provider reads it as gone. */
  gone?: (outputs: Properties, call: Call) => boolean;
  /** What AWS would say now, beside what is kept (a refresh reads it). */
  read?: (outputs: Properties, call: Call) => Properties;
  /** Absent: every change replaces. Returns what AWS computed again. */
  update?: (id: string, state: Properties, inputs: Properties, call: Call) => Promise<Properties> | Properties;
  /** Called before the twin forgets the resource; throws in AWS's words when AWS would refuse. */
  delete?: (id: string, state: Properties, call: Call) => Promise<void> | void;
  /** AWS keeps it after the delete: a deregistered task definition, a log group with `skipDestroy`. */
  survives?(state: Properties): boolean;
}

/** A data source: `aws:route53/getZone:getZone`. */
export interface DataSource<Call extends ResourceCall = ResourceCall> {
  token: string;
  inputs: z.ZodType;
  read: (inputs: Properties, call: Call) => Promise<Properties> | Properties;
}

const tags = z.record(z.string(), z.string()).optional();

/** Inputs of a type that lives in a region. */
export function regional<S extends z.ZodRawShape>(shape: S): z.ZodType {
  return z.strictObject({ region: z.string().optional(), ...shape });
}

/** Inputs of a type that lives in a region and takes tags. */
export function tagged<S extends z.ZodRawShape>(shape: S): z.ZodType {
  return regional({ tags, ...shape });
}

/** Inputs of a type without a region (IAM, Route 53). */
export function global<S extends z.ZodRawShape>(shape: S): z.ZodType {
  return z.strictObject({ ...shape });
}

/** All tags of a resource, as the provider returns them: its own over the provider's default ones. */
export function tagsAll(
  inputs: { tags?: Record<string, string> },
  call: Pick<ResourceCall, "defaultTags">,
): { tagsAll: Record<string, string> } {
  return { tagsAll: { ...call.defaultTags, ...inputs.tags } };
}

/** The one resource of a type with that id in the caller's region. @throws Error AWS's NotFound */
export function must(call: ResourceCall, token: string, id: string, code: string, what: string): Properties {
  const found = call.store.get(token, id, call.region);
  if (!found) throw new Error(`api error ${code}: The ${what} ID '${id}' does not exist`);
  return found.outputs;
}

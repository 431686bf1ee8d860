import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../core/store.ts";
import type { Problem, ResourceCall, ResourceType } from "./define.ts";
import { DEFAULTS, equivalent, isUnknown, UNKNOWN, valueAt } from "./values.ts";

/** What a plan reads of a type. */
type Planned = Omit<ResourceType<never>, "check" | "create">;

/** What the provider decides before anything is created: the complete inputs, or why not. */
export interface Checked {
  inputs: Properties;
  problems: Problem[];
}

/**
 * Check as the bridged provider does it: fills in the region, the automatic name and the defaults, then validates.
 * @param olds inputs of the last update; an automatic name is kept from there
 * @param seed the engine's random seed for names
 */
export function check<Call extends ResourceCall>(
  type: ResourceType<Call>,
  news: Properties,
  olds: Properties,
  seed: Uint8Array,
  call: Call,
): Checked {
  const { [DEFAULTS]: _, ...inputs } = news;
  const chosen: string[] = [];
  const choose = (property: string, value: unknown) => {
    if (inputs[property] !== undefined) return;
    inputs[property] = value;
    chosen.push(property);
  };
  if (type.scope === "regional") choose("region", call.region);
  for (const [property, value] of Object.entries(type.defaults ?? {})) choose(property, structuredClone(value));
  if (type.autoname && inputs[type.autoname.property] === undefined) {
    const { property, max, suffix } = type.autoname;
    const kept = (olds[DEFAULTS] as string[] | undefined)?.includes(property) ? olds[property] : undefined;
    choose(property, kept ?? automaticName(type.token, call.name, max, seed) + (suffix?.(inputs) ?? ""));
  }
  const problems = [...validate(type, inputs), ...(type.check?.(inputs, call) ?? [])];
  const all = problems.length === 0 ? (type.completed?.(inputs) ?? inputs) : inputs;
  return { inputs: { ...all, [DEFAULTS]: chosen }, problems };
}

/**
 * `logical-<7 hex>` (pulumi-terraform-bridge, ComputeAutoNameDefault; pulumi sdk/go/common/resource, NewUniqueName).
 * @throws Error in their words when that is longer than `max`
 */
function automaticName(token: string, logical: string, max: number, seed: Uint8Array): string {
  if (logical.length + 8 > max)
    throw new Error(
      `could not make instance of '${token}': name '${logical}-' plus 7 random chars is longer than maximum length ${max}`,
    );
  return `${logical}-${createHash("sha256").update(logical).update(seed).digest("hex").slice(0, 7)}`;
}

function validate(type: Planned, inputs: Properties): Problem[] {
  const result = type.inputs.safeParse(inputs);
  if (result.success) return [];
  return result.error.issues.flatMap((issue): Problem[] => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({
        property: [...issue.path, key].join("."),
        reason: `the twin does not model property '${[...issue.path, key].join(".")}' of ${type.token}`,
      }));
    const value = valueAt(inputs, issue.path);
    if (isUnknown(value)) return [];
    return [
      {
        property: issue.path.join("."),
        reason: `${issue.message}${value === undefined ? "" : `, got ${JSON.stringify(value)}`}`,
      },
    ];
  });
}

/** What a change would do to an existing resource. */
export interface Difference {
  changed: string[];
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/**
 * Diff by inputs, last update against this one, as AWS sees equality.
 * @param state what the resource is now, outputs included
 */
export function diff(type: Planned, olds: Properties, news: Properties, state: Properties = olds): Difference {
  const as = (property: string) =>
    type.json?.includes(property) ? "json" : type.sets?.includes(property) ? "set" : "value";
  const form = (property: string, value: unknown) => type.normal?.[property]?.(value) ?? value;
  const properties = new Set([...Object.keys(olds), ...Object.keys(news)].filter((p) => p !== DEFAULTS));
  const given = [...properties].filter((p) => !equivalent(form(p, olds[p]), form(p, news[p]), as(p)));
  const overdue = type.overdue?.({ ...state, ...news }) ?? [];
  const changed = [...given, ...overdue];
  const replacing = ["region", ...type.replaces, ...(type.replacesWhen?.(olds, news) ?? []), ...overdue];
  const forces = (p: string) => !type.update || replacing.includes(p);
  const replaces = changed.filter(forces);
  const named = type.autoname && !(news[DEFAULTS] as string[] | undefined)?.includes(type.autoname.property);
  return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && Boolean(type.deleteBeforeReplace || named) };
}

/** Outputs of a resource that a preview would create: inputs known, what AWS computes unknown. */
export function planned(type: Planned, inputs: Properties): Properties {
  return { ...withoutDefaults(inputs), ...Object.fromEntries(type.computed.map((property) => [property, UNKNOWN])) };
}

/** Inputs without the mark of those that are defaults. */
export function withoutDefaults({ [DEFAULTS]: _, ...inputs }: Properties): Properties {
  return inputs;
}

/**
 * The inputs that would have made what AWS has now, as the real provider reads them from it: a refresh compares these with
 * the program's (pulumi-terraform-bridge, pkg/tfbridge/schema.go, extractInputsFromOutputs).
 */
export function inputsAsRead(inputs: Properties, before: Properties, now: Properties): Properties {
  const changed = Object.keys(inputs).filter((key) => key in now && !isDeepStrictEqual(now[key], before[key]));
  return { ...inputs, ...Object.fromEntries(changed.map((key) => [key, now[key]])) };
}

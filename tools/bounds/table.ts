/** The bounds of every property that the twin accepts, out of AWS's own models. Pure. */
import type { ResourceType } from "../../twin/pulumi/define.ts";
import type { Bound, Bounds } from "../../twin/services/bounds/bound.ts";
import { type Calls, calls, codes } from "./calls.ts";
import { documented, exceptions, tags } from "./documented.ts";
import { type Accepted, acceptedBy } from "./paths.ts";
import { planned } from "./planned.ts";

/** As shared by both files of facts. */
interface Model {
  required?: boolean;
  pattern?: string;
  min?: number;
  max?: number;
  enum?: readonly (string | number)[];
}

export interface Facts {
  apiModels: { services: Record<string, { operations: Record<string, { parameters?: Record<string, Model> }> }> };
  cloudFormation: { types: Record<string, { required?: string[]; bounds?: Record<string, CloudFormationBound> }> };
}

interface CloudFormationBound extends Pick<Model, "pattern" | "enum"> {
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
}

/** JSON with a line for each property. */
export function textOf(table: Record<string, Row>): string {
  const entries = Object.entries(table).map(([token, { bounds, ...codes }]) => {
    const lines = Object.entries(bounds).map(
      ([path, bound]) => `    ${JSON.stringify(path)}: ${JSON.stringify(bound)}`,
    );
    const head = JSON.stringify(codes).slice(1, -1);
    return `  ${JSON.stringify(token)}: {${head},"bounds":{\n${lines.join(",\n")}\n  }}`;
  });
  return `{\n${entries.join(",\n")}\n}\n`;
}

interface Row {
  code: string;
  missing?: string;
  bounds: Bounds;
}

/** A row for each type that has bounds, in the order of the types. */
export function makeTable(types: readonly Pick<ResourceType<never>, "token" | "inputs">[], facts: Facts) {
  const rows = types.map(({ token, inputs }): [string, Row] => {
    const [service = ""] = calls[token]?.calls[0]?.split(" ") ?? [];
    return [token, { code: "", ...codes[service], bounds: boundsOf(token, acceptedBy(token, inputs), facts) }];
  });
  return Object.fromEntries(rows.filter(([, { bounds }]) => Object.keys(bounds).length > 0));
}

function boundsOf(token: string, accepted: ReadonlyMap<string, Accepted>, facts: Facts): Bounds {
  const said = modelled(token, [...accepted.keys()], facts);
  const rules = [tags, ...documented.filter(({ types }) => types.includes(token))].map(({ bounds }) => bounds);
  const bounds = [...accepted].flatMap(([path, property]): [string, Bound][] => {
    const all = merge(without(token, path, said[path]), ...rules.flatMap((rule) => rule[path] ?? []));
    const bound = all && telling(path, property, all);
    const plan = planned[token]?.[path];
    return bound ? [[path, { ...bound, ...(plan && { plan }) }]] : [];
  });
  return Object.fromEntries(bounds);
}

function without(token: string, path: string, bound: Bound | undefined): Bound | undefined {
  const dropped = exceptions.filter((one) => one.path === path && (one.type ?? token) === token);
  const names = dropped.flatMap(({ drop = [] }) => drop);
  const also = dropped.flatMap(({ also = [] }) => also);
  const kept = Object.entries(bound ?? {}).filter(([name]) => !names.includes(name as keyof Bound));
  const left: Bound = Object.fromEntries(kept);
  return left.enum ? { ...left, enum: [...also, ...left.enum] } : left;
}

/**
 * Without what excludes nothing: a length of 0 and more, values of which the twin's schema accepts only some, an element
 * that is not there.
 */
function telling(path: string, { type, values }: Accepted, { required, min, enum: listed, ...bound }: Bound) {
  const element = /[\]}]$/.test(path);
  const number = type === "number" || type === "integer";
  const open = listed && !values?.every((value) => listed.includes(value as string));
  const told: Bound = {
    ...(required && !element && { required }),
    ...(min !== undefined && (number || min > 0) && { min }),
    ...bound,
    ...(open && { enum: listed }),
  };
  return Object.keys(told).length > 0 ? told : undefined;
}

/** What AWS's models say of one type: Pulumi's path → bounds. */
export function modelled(token: string, paths: readonly string[], facts: Facts): Bounds {
  const how = calls[token];
  if (!how) return {};
  const api = apiBounds(how, facts);
  const cloudFormation = cloudFormationBounds(how.cloudFormation ?? token, facts);
  const found = paths.flatMap((path): [string, Bound][] => {
    const bound = merge(
      look(api, spellings(path, how.names)),
      look(cloudFormation, spellings(path, { ...how.names, ...how.cloudFormationNames })),
    );
    return bound ? [[path, bound]] : [];
  });
  return Object.fromEntries(found);
}

type Named = ReadonlyMap<string, Bound>;

function apiBounds({ calls: names }: Calls, { apiModels }: Facts): Named {
  const parameters = names.flatMap((name) => {
    const [service = "", operation = ""] = name.split(" ");
    return Object.entries(apiModels.services[service]?.operations[operation]?.parameters ?? {});
  });
  return new Map(parameters.map(([path, model]) => [path.toLowerCase(), boundOf(model)]));
}

function cloudFormationBounds(token: string, { cloudFormation }: Facts): Named {
  const { required = [], bounds = {} } = cloudFormation.types[token] ?? {};
  const named = new Map<string, Bound>(required.map((name) => [name.toLowerCase(), { required: true }]));
  for (const [pointer, bound] of Object.entries(bounds)) {
    const path = pointer.slice(1).replaceAll("/*", "[]").replaceAll("/", ".").toLowerCase();
    const min = bound.minLength ?? bound.minItems ?? bound.minimum;
    const max = bound.maxLength ?? bound.maxItems ?? bound.maximum;
    named.set(path, { ...named.get(path), ...boundOf({ ...bound, min, max }) });
  }
  return named;
}

/** The API's names of a Pulumi path, in small letters; lists of `{Key, Value}` and `{Name, Value}` are Pulumi's maps. */
function spellings(path: string, names: Calls["names"] = {}): string[] {
  const [renamed] = Object.keys(names)
    .filter(
      (name) =>
        path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`) || path.startsWith(`${name}{`),
    )
    .sort((a, b) => b.length - a.length);
  const api = (renamed === undefined ? path : `${names[renamed]}${path.slice(renamed.length)}`).toLowerCase();
  if (api.endsWith("{key}")) return [api, api.replace("{key}", "[].key"), api.replace("{key}", "[].name")];
  if (api.endsWith("{}")) return [api, api.replace("{}", "[].value")];
  return [api];
}

function look(bounds: Named, names: readonly string[]): Bound | undefined {
  return names.map((name) => bounds.get(name)).find((bound) => bound !== undefined);
}

function boundOf({ required, min, max, pattern, enum: values }: Model): Bound {
  return {
    ...(required && { required: true as const }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(pattern !== undefined && { patterns: [forJavaScript(pattern)] }),
    ...(values && { enum: values }),
  };
}

/** AWS's expressions are Java's: anchors are implied, `\Z` is the end, and `\p{Print}` all but what cannot be printed. */
function forJavaScript(pattern: string): string {
  return pattern
    .replace(/^\^/, "")
    .replace(/(?<!\\)(\$|\\Z)$/, "")
    .replaceAll("\\p{Print}", "[^\\p{Cc}\\p{Cs}]")
    .replaceAll("\\_", "_");
}

/** All of them hold: the narrower number, the values that both have, both patterns. */
function merge(...bounds: readonly (Bound | undefined)[]): Bound | undefined {
  const all = bounds.filter((bound) => bound !== undefined);
  if (all.length === 0) return undefined;
  const least = all.flatMap(({ min }) => min ?? []);
  const most = all.flatMap(({ max }) => max ?? []);
  const lists = all.flatMap((bound) => (bound.enum ? [bound.enum] : []));
  const patterns = [...new Set(all.flatMap((bound) => bound.patterns ?? []))];
  return {
    ...(all.some(({ required }) => required) && { required: true as const }),
    ...(least.length > 0 && { min: Math.max(...least) }),
    ...(most.length > 0 && { max: Math.min(...most) }),
    ...(patterns.length > 0 && { patterns }),
    ...(lists.length > 0 && { enum: lists.reduce((left, right) => left.filter((value) => right.includes(value))) }),
  };
}

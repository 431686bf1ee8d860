/** What a fault does to one registration of a resource. Pure: other resources' outputs are looked up by the caller. */
import { isDeepStrictEqual } from "node:util";
import type { ResourceChange, Selection, SettingsChange, Value } from "./fault.ts";
import { alter, valuesAt } from "./paths.ts";

/** A stack, as far as a fault speaks of it. */
export interface Place {
  stack: string;
  role: "staging" | "production";
  region: string;
  account: string;
  /** The stack's own domain. */
  domain: string;
}

/** What the program asks the engine for, before the engine has it. */
export interface Registration {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** URNs, by the input that refers to them. */
  inputDependencies: Record<string, string[]>;
  /** URNs that the options name. */
  dependsOn: string[];
}

export interface Output {
  value: unknown;
  urn: string;
}

/** Finds the output of another resource that a value refers to. */
export type Lookup = (reference: OutputReference) => Output;

/** `{ "$output": { "type", "name", "path" } }`; without a path, the resource's id. */
export interface OutputReference extends Selection {
  path?: string;
}

/** @param what stacks a part of a fault is about: names or roles; all when undefined */
export function concerns(what: readonly string[] | undefined, { stack, role }: Place): boolean {
  return what === undefined || what.includes(stack) || what.includes(role);
}

/** `unknown` where a value that decides is known only in the update. */
export function selects(selection: Selection, what: Pick<Registration, "type" | "name" | "inputs">, place: Place) {
  if (!glob(selection.type).test(what.type)) return false;
  if (selection.name !== undefined && !nameExpression(selection.name, place).test(what.name)) return false;
  let open = false;
  for (const [path, wanted] of Object.entries(selection.where ?? {})) {
    const { values, unknown } = valuesAt(what.inputs, path);
    if (unknown) open = true;
    else if (!values.some((value) => fits(value, fill(wanted, place)))) return false;
  }
  return open ? "unknown" : true;
}

/** The new logical name, for a resource that the change selects. */
export function renamed(name: string, { name: expression, rename }: ResourceChange, place: Place): string {
  if (rename === undefined) return name;
  return name.replace(expression === undefined ? /^.*$/ : nameExpression(expression, place), fillText(rename, place));
}

/** Inputs with a change's `set`, `remove` and `swap` made, and how many places that were. */
export function changeInputs(
  before: Registration,
  { set = {}, remove = [], swap = [] }: Pick<ResourceChange, "set" | "remove" | "swap">,
  place: Place,
  lookup: Lookup,
): { registration: Registration; hits: number; unknown: boolean } {
  const registration = structuredClone(before);
  let [hits, unknown] = [0, false];
  const put = (path: string, change: (value: unknown) => unknown, urns: string[]) => {
    let reached = false;
    const altered = alter(registration.inputs, path, (value) => {
      reached = true;
      return change(value);
    });
    unknown ||= altered.unknown;
    // The same value from another resource is a change too: of what waits for what.
    const places = altered.hits || (reached && urns.length > 0 ? 1 : 0);
    hits += places;
    if (places === 0) return;
    registration.inputs = altered.value as Registration["inputs"];
    const [, input = path] = /^([^.[]+)/.exec(path) ?? [];
    // A whole input is replaced with what it referred to; a part of one may leave the rest referring.
    const kept = input === path ? [] : (registration.inputDependencies[input] ?? []);
    registration.inputDependencies[input] = [...new Set([...kept, ...urns])];
  };
  for (const [path, wanted] of Object.entries(set)) {
    const { value, urns } = resolve(fill(wanted, place), lookup);
    put(fillText(path, place), (old) => (isDeepStrictEqual(old, value) ? old : value), urns);
  }
  for (const path of remove) put(path, () => undefined, []);
  for (const [one, other] of swap) {
    const [[first], [second]] = [
      valuesAt(registration.inputs, one).values,
      valuesAt(registration.inputs, other).values,
    ] as const;
    put(one, () => second, []);
    put(other, () => first, []);
  }
  return { registration, hits, unknown };
}

/** Configuration, by full key, with a change made. */
export function changeSettings(
  config: Record<string, string>,
  { set = {}, remove = [] }: SettingsChange,
  place: Place,
): Record<string, string> {
  const prefix = "order-queue:";
  let settings: unknown = Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  );
  for (const [path, value] of Object.entries(set)) settings = alter(settings, path, () => fill(value, place)).value;
  for (const path of remove) settings = alter(settings, path, () => undefined).value;
  const others = Object.entries(config).filter(([key]) => !key.startsWith(prefix));
  const own = Object.entries(settings as Record<string, unknown>).map(([key, value]) => [
    prefix + key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries([...others, ...own]);
}

/** A value with `$output` and `$json` carried out, and the URNs that it refers to. */
export function resolve(value: Value, lookup: Lookup): { value: unknown; urns: string[] } {
  const urns: string[] = [];
  const walk = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(walk);
    if (inner === null || typeof inner !== "object") return inner;
    const { $output, $json } = inner as { $output?: OutputReference; $json?: unknown };
    if ($output) {
      const { value: found, urn } = lookup($output);
      urns.push(urn);
      return found;
    }
    if ($json !== undefined) return JSON.stringify(walk($json));
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, walk(item)]));
  };
  return { value: walk(value), urns };
}

/** Every reference to an output within a value. */
export function references(value: Value): OutputReference[] {
  const found: OutputReference[] = [];
  resolve(value, (reference) => {
    found.push(reference);
    return { value: null, urn: "" };
  });
  return found;
}

/** `{stack}`, `{region}`, `{account}` and `{domain}` in every text. */
export function fill<T>(value: T, place: Place): T {
  if (typeof value === "string") return fillText(value, place) as T;
  if (Array.isArray(value)) return value.map((item) => fill(item, place)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, place)])) as T;
}

function fillText(text: string, place: Place): string {
  return text.replace(
    /\{(stack|region|account|domain)\}/g,
    (_, word: "stack" | "region" | "account" | "domain") => place[word],
  );
}

function nameExpression(expression: string, place: Place): RegExp {
  return new RegExp(fillText(expression, place));
}

function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
}

function fits(value: unknown, wanted: Value): boolean {
  const expression = (wanted as { matches?: unknown } | null)?.matches;
  if (typeof expression === "string") return typeof value === "string" && new RegExp(expression).test(value);
  return isDeepStrictEqual(value, wanted);
}

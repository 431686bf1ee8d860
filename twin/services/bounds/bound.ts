/**
 * What AWS excludes of a property's values: table.json has every bound of every property that the twin accepts, made by
 * tools/bounds out of AWS's models and the documented rules beside them.
 */
import { isUnknown } from "../../pulumi/values.ts";

export interface Bound {
  required?: true;
  /** Of a text or list the length, of a number the value. */
  min?: number;
  max?: number;
  /** Regular expressions that the whole text has to match. */
  patterns?: readonly string[];
  enum?: readonly (string | number)[];
  /** What of it the provider checks too, before anything is called; `enum` is always one of them. */
  plan?: "all" | "length";
}

/** By path: `metricQueries[].metric.dimensions{}`; `{key}` is the keys of a map, `{}` its values. */
export type Bounds = Readonly<Record<string, Bound>>;

export interface Violation {
  /** Path of the one value, `metricQueries.0.id`. */
  property: string;
  /** In the words of AWS's model validation, which follow "failed to satisfy constraint". */
  constraint: string;
  value: unknown;
  /** Whether the provider refuses it before it calls AWS. */
  planned: boolean;
}

/** Every value of the inputs that its bound excludes; what is not known before the update is not judged. */
export function violations(bounds: Bounds, inputs: unknown): Violation[] {
  return Object.entries(bounds).flatMap(([path, bound]) =>
    valuesAt(inputs, stepsOf(path), []).flatMap(({ at, value }): Violation[] => {
      const property = at.join(".");
      if (isUnknown(value)) return [];
      if (value === undefined || value === null)
        return bound.required ? [{ property, value, constraint: "Member must not be null", planned: false }] : [];
      return broken(bound, value).map(({ constraint, kind }) => {
        const planned = kind === "enum" || bound.plan === "all" || (bound.plan === "length" && kind === "length");
        return { property, value, constraint, planned };
      });
    }),
  );
}

interface Broken {
  constraint: string;
  kind: "enum" | "length" | "pattern";
}

function broken({ min, max, patterns = [], enum: values }: Bound, value: unknown): Broken[] {
  const [size, what] = sizeOf(value);
  const found: Broken[] = [];
  const add = (kind: Broken["kind"], constraint: string) =>
    found.push({ kind, constraint: `Member must ${constraint}` });
  if (values && !values.includes(value as string)) add("enum", `satisfy enum value set: [${values.join(", ")}]`);
  if (min !== undefined && size < min) add("length", `have ${what} greater than or equal to ${min}`);
  if (max !== undefined && size > max) add("length", `have ${what} less than or equal to ${max}`);
  for (const pattern of patterns)
    if (typeof value === "string" && !compiled(pattern).test(value))
      add("pattern", `satisfy regular expression pattern: ${pattern}`);
  return found;
}

/** AWS counts characters, not UTF-16 units. */
function sizeOf(value: unknown): [size: number, what: string] {
  if (typeof value === "number") return [value, "value"];
  if (typeof value === "string") return [[...value].length, "length"];
  return [Object.keys(value as object).length, "length"];
}

const expressions = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = expressions.get(pattern) ?? new RegExp(`^(?:${pattern})$`, "u");
  expressions.set(pattern, known);
  return known;
}

type Step = "[]" | "{}" | "{key}" | (string & {});

const steps = new Map<string, Step[]>();

function stepsOf(path: string): Step[] {
  const known = steps.get(path) ?? path.match(/\[\]|\{\}|\{key\}|[^.[\]{}]+/g) ?? [];
  steps.set(path, known);
  return known;
}

interface Found {
  at: (string | number)[];
  value: unknown;
}

/** The values at a path; where what they would be in is absent, none. A path continues inside a property that holds JSON. */
function valuesAt(value: unknown, [step, ...rest]: readonly Step[], at: (string | number)[]): Found[] {
  if (step === undefined) return [{ at, value }];
  const inside = typeof value === "string" ? fromJson(value) : value;
  if (typeof inside !== "object" || inside === null) return [];
  const entries = Object.entries(inside);
  if (step === "[]" || step === "{}") return entries.flatMap(([key, one]) => valuesAt(one, rest, [...at, key]));
  if (step === "{key}") return entries.map(([key]) => ({ at: [...at, key], value: key }));
  return valuesAt((inside as Record<string, unknown>)[step], rest, [...at, step]);
}

/** What is not JSON is refused elsewhere, in the provider's words. */
function fromJson(text: string): unknown {
  if (isUnknown(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

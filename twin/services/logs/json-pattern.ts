/**
 * Filter patterns over the fields of JSON lines, without effects (CloudWatch Logs, "Filter pattern syntax", "Match terms in JSON
 * log events"): `{ ($.level = "error" || $.status >= 500) && $.store = "acme*" }`. Selectors are `$.a.b` and `$.list[0]`; there are
 * comparisons with texts, in which `*` stands for any, and with numbers, IS NULL, IS TRUE, IS FALSE and NOT EXISTS. Not modelled:
 * regular expressions, IP addresses, `[*]`.
 */
import { AwsError } from "../../core/errors.ts";

type Test = (event: unknown) => boolean;

/** Whether a pattern is one over JSON fields. */
export const isJsonPattern = (pattern: string): boolean => /^\s*\{/.test(pattern);

/** @returns whether a line matches; a line that is no JSON never does @throws AwsError for what is not understood */
export function jsonPattern(pattern: string): (line: string) => boolean {
  const [, inside = ""] = /^\s*\{([\s\S]*)\}\s*$/.exec(pattern) ?? [];
  const tokens = inside.match(/"[^"]*"|\$[\w.[\]-]*|&&|\|\||[<>!]=|[<>=()]|[^\s()=<>!&|"]+|\S/g) ?? [];
  let position = 0;
  const take = (): string => tokens[position++] ?? refuse(pattern);
  const skip = (token: string): boolean => {
    if (tokens[position]?.toUpperCase() !== token) return false;
    position += 1;
    return true;
  };
  const any = (): Test => {
    const tests = [all()];
    while (skip("||")) tests.push(all());
    return (event) => tests.some((test) => test(event));
  };
  const all = (): Test => {
    const tests = [one()];
    while (skip("&&")) tests.push(one());
    return (event) => tests.every((test) => test(event));
  };
  const one = (): Test => {
    if (!skip("(")) return condition();
    const inner = any();
    return skip(")") ? inner : refuse(pattern);
  };
  const condition = (): Test => {
    const selector = take();
    if (!/^\$(\.[\w-]+|\[\d+\])+$/.test(selector)) refuse(pattern);
    const read = (event: unknown) => at(event, selector);
    if (skip("NOT")) return skip("EXISTS") ? (event) => read(event) === undefined : refuse(pattern);
    if (skip("IS")) {
      const constant = constants.get(take().toUpperCase());
      return constant === undefined ? refuse(pattern) : (event) => read(event) === constant.value;
    }
    const holds = comparisons[take()] ?? refuse(pattern);
    return comparison(read, holds, take(), () => refuse(pattern));
  };
  const test = any();
  if (position < tokens.length) refuse(pattern);
  return (line) => {
    const event = jsonOf(line);
    return event !== undefined && test(event);
  };
}

type Holds = (order: number) => boolean;

/** Whether the order of two values, as `sort` has it, is what a sign says. */
export const comparisons: Readonly<Record<string, Holds>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};
const constants = new Map([
  ["NULL", { value: null }],
  ["TRUE", { value: true }],
  ["FALSE", { value: false }],
]);

/** A number is compared with numbers alone; a text for being the same or not, with `*` for any characters. */
function comparison(read: (event: unknown) => unknown, holds: Holds, wanted: string, refuse: () => never): Test {
  if (/^%|^[()=<>!&|$]/.test(wanted)) refuse();
  const number = Number(wanted);
  if (!wanted.startsWith('"') && !Number.isNaN(number))
    return (event) => {
      const value = read(event);
      return typeof value === "number" && holds(value - number);
    };
  const escaped = wanted.replaceAll('"', "").replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  const text = new RegExp(`^${escaped.replaceAll("*", "[\\s\\S]*")}$`);
  return (event) => {
    const value = read(event);
    if (typeof value !== "string" && typeof value !== "number") return false;
    return holds(text.test(String(value)) ? 0 : Number.NaN);
  };
}

function refuse(pattern: string): never {
  throw new AwsError("InvalidParameterException", `Invalid filter pattern, or one that is not modelled: ${pattern}`);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function at(event: unknown, selector: string): unknown {
  let value = event;
  for (const [, key, index] of selector.matchAll(/\.([\w-]+)|\[(\d+)\]/g))
    value = (value as Record<string, unknown> | null | undefined)?.[key ?? index ?? ""];
  return value;
}

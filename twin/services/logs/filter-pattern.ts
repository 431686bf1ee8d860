/**
 * Metric filters of CloudWatch Logs, without effects
 * (AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html). Modelled: JSON patterns that compare one
 * field with a quoted text, `{ $.outcome = "back" }`, and selectors `$.a.b`. Not modelled: terms, columns, regular
 * expressions, numbers, IS and EXISTS, several conditions.
 */
import type { Properties } from "../../core/store.ts";

export interface Transformation {
  namespace: string;
  name: string;
  /** A number, or a selector of one. */
  value: string;
  /** Selectors, by dimension. */
  dimensions?: Record<string, string>;
}

export interface Observation {
  value: number;
  dimensions: Record<string, string>;
}

const pattern = /^\{\s*(\$(?:\.\w+)+)\s*=\s*"([^"*]*)"\s*\}$/;

/** Whether the twin models the filter pattern. */
export function isPattern(text: string): boolean {
  return pattern.test(text);
}

/** Whether a text selects a field, e.g. `$.seconds`. */
export function isSelector(text: string): boolean {
  return /^\$(\.\w+)+$/.test(text);
}

/** What a line of a log adds to a metric; undefined where it does not match, or lacks the value or a dimension. */
export function observe(line: string, match: string, { value, dimensions = {} }: Transformation) {
  const event = jsonOf(line);
  const [, selector = "", expected] = pattern.exec(match) ?? [];
  if (event === undefined || at(event, selector) !== expected) return undefined;
  const number = isSelector(value) ? at(event, value) : Number(value);
  const named = Object.entries(dimensions).map(([name, from]) => [name, at(event, from)] as const);
  if (typeof number !== "number" || named.some(([, text]) => typeof text !== "string")) return undefined;
  return { value: number, dimensions: Object.fromEntries(named) } as Observation;
}

function jsonOf(line: string): Properties | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function at(event: Properties, selector: string): unknown {
  let value: unknown = event;
  for (const key of selector.split(".").slice(1)) value = (value as Properties | null | undefined)?.[key];
  return value;
}

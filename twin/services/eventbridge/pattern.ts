import type { Properties } from "../../core/store.ts";

/**
 * EventBridge's event patterns (eventbridge/latest/userguide/eb-event-patterns.html). Modelled: exact values, prefix,
 * suffix, anything-but (values, prefix), exists, numeric, equals-ignore-case. Any other operator is an error by name.
 */
export function matches(pattern: Properties, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = (event as Properties | undefined)?.[field];
    // A field that holds a list of objects matches when one of them does.
    if (!Array.isArray(wanted)) return isObject(wanted) && [value].flat().some((item) => matches(wanted, item));
    // A field that holds a list matches when one of its items does.
    const values = Array.isArray(value) ? value : [value];
    return wanted.some((one) => values.some((item) => matchesOne(one, item)));
  });
}

function matchesOne(wanted: unknown, value: unknown): boolean {
  if (!isObject(wanted)) return wanted === value;
  const [operator = "", argument] = Object.entries(wanted)[0] ?? [];
  switch (operator) {
    case "prefix":
      return typeof value === "string" && value.startsWith(argument);
    case "suffix":
      return typeof value === "string" && value.endsWith(argument);
    case "equals-ignore-case":
      return typeof value === "string" && value.toLowerCase() === String(argument).toLowerCase();
    case "exists":
      return (value !== undefined) === argument;
    case "anything-but":
      return value !== undefined && ![argument].flat().some((one: unknown) => matchesOne(one, value));
    case "numeric":
      return typeof value === "number" && numeric(argument, value);
    default:
      throw new Error(`Event pattern: the operator ${operator || "{}"} is not modelled`);
  }
}

/** `[">=", 1, "<", 10]`: every comparison holds. */
function numeric(comparisons: (string | number)[], value: number): boolean {
  for (let i = 0; i < comparisons.length; i += 2) {
    const [operator, bound] = [comparisons[i], Number(comparisons[i + 1])];
    const holds: Record<string, boolean> = {
      "=": value === bound,
      ">": value > bound,
      ">=": value >= bound,
      "<": value < bound,
      "<=": value <= bound,
    };
    const held = holds[String(operator)];
    if (held === undefined) throw new Error(`Event pattern: the numeric operator ${operator} is unknown`);
    if (!held) return false;
  }
  return true;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

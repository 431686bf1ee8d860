import type { Series } from "./series.ts";

/**
 * CloudWatch metric math (AmazonCloudWatch/latest/monitoring/using-metric-math.html): numbers, ids of metrics,
 * + - * /, comparisons (1 where they hold, else 0), parentheses, FILL(metric, number) and IF(condition, then, else). Any
 * other function is an error by name.
 */
export function compute(expression: string, metrics: Record<string, Series>, length: number): Series {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[<>=!]=|[-+*/(),<>]|\S/g) ?? [];
  let position = 0;
  const fail = (found: string | undefined): never => {
    throw new Error(`Metric math "${expression}": ${found ?? "the end"} is not understood here`);
  };
  const take = (expected?: string): string => {
    const token = tokens[position++];
    if (token === undefined || (expected !== undefined && token !== expected)) return fail(token);
    return token;
  };

  const value = (): Series => {
    const left = sum();
    const holds = comparisons[tokens[position] ?? ""];
    if (!holds) return left;
    take();
    return combine(left, sum(), (a, b) => (holds(a, b) ? 1 : 0));
  };
  const sum = (): Series => {
    let left = product();
    while (tokens[position] === "+" || tokens[position] === "-") {
      const operator = take();
      left = combine(left, product(), (a, b) => (operator === "+" ? a + b : a - b));
    }
    return left;
  };
  const product = (): Series => {
    let left = factor();
    while (tokens[position] === "*" || tokens[position] === "/") {
      const operator = take();
      left = combine(left, factor(), (a, b) => (operator === "*" ? a * b : b === 0 ? undefined : a / b));
    }
    return left;
  };
  const factor = (): Series => {
    const token = take();
    if (token === "-") return factor().map((value) => (value === undefined ? undefined : -value));
    if (token === "(") {
      const inner = value();
      take(")");
      return inner;
    }
    if (/^\d/.test(token)) return new Array(length).fill(Number(token));
    if (!/^[A-Za-z_]/.test(token)) return fail(token);
    if (tokens[position] === "(") return call(token);
    return metrics[token] ?? fail(token);
  };
  const call = (name: string): Series => {
    if (name === "FILL") return fill();
    if (name === "IF") return choose();
    throw new Error(`Metric math "${expression}": the function ${name} is not modelled`);
  };
  const choose = (): Series => {
    take("(");
    const condition = value();
    take(",");
    const then = value();
    take(",");
    const otherwise = value();
    take(")");
    return condition.map((c, index) => (c === undefined ? undefined : c !== 0 ? then[index] : otherwise[index]));
  };
  const fill = (): Series => {
    take("(");
    const series = value();
    take(",");
    const filling = take();
    if (!/^\d/.test(filling)) throw new Error(`Metric math "${expression}": FILL with ${filling} is not modelled`);
    take(")");
    return series.map((value) => value ?? Number(filling));
  };

  const result = value();
  if (position < tokens.length) fail(tokens[position]);
  return result;
}

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

/** Where either side has no value the result has none. */
function combine(left: Series, right: Series, operation: (a: number, b: number) => number | undefined): Series {
  return left.map((a, index) => {
    const b = right[index];
    return a === undefined || b === undefined ? undefined : operation(a, b);
  });
}

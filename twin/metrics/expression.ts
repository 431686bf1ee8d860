import type { Series } from "./evaluate.ts";

/**
 * CloudWatch metric math (AmazonCloudWatch/latest/monitoring/using-metric-math.html): numbers, ids of metrics,
 * + - * /, parentheses and FILL(metric, number). Any other function is an error by name.
 */
export function compute(expression: string, metrics: Record<string, Series>, length: number): Series {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[-+*/(),]|\S/g) ?? [];
  let position = 0;
  const fail = (found: string | undefined): never => {
    throw new Error(`Metric math "${expression}": ${found ?? "the end"} is not understood here`);
  };
  const take = (expected?: string): string => {
    const token = tokens[position++];
    if (token === undefined || (expected !== undefined && token !== expected)) return fail(token);
    return token;
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
      const inner = sum();
      take(")");
      return inner;
    }
    if (/^\d/.test(token)) return new Array(length).fill(Number(token));
    if (!/^[A-Za-z_]/.test(token)) return fail(token);
    if (tokens[position] === "(") return call(token);
    return metrics[token] ?? fail(token);
  };
  const call = (name: string): Series => {
    if (name !== "FILL") throw new Error(`Metric math "${expression}": the function ${name} is not modelled`);
    take("(");
    const series = sum();
    take(",");
    const filling = take();
    if (!/^\d/.test(filling)) throw new Error(`Metric math "${expression}": FILL with ${filling} is not modelled`);
    take(")");
    return series.map((value) => value ?? Number(filling));
  };

  const result = sum();
  if (position < tokens.length) fail(tokens[position]);
  return result;
}

/** Where either side has no value the result has none. */
function combine(left: Series, right: Series, operation: (a: number, b: number) => number | undefined): Series {
  return left.map((a, index) => {
    const b = right[index];
    return a === undefined || b === undefined ? undefined : operation(a, b);
  });
}

import type { Properties } from "../../core/store.ts";
import { compute } from "./expression.ts";
import type { Series } from "./series.ts";

/**
 * What a list of metric queries comes to: the one that returns data, or the last. Expressions may name other queries.
 *
 * @param read the series of a query that is a metric
 * @throws Error where no query returns data, or the metric math is not modelled
 */
export function answerOf(queries: Properties[], read: (query: Properties) => Series, periods: number): Series {
  const metrics = queries.filter(({ expression }) => !expression).map((query) => [query.id, read(query)] as const);
  const known: Record<string, Series> = Object.fromEntries(metrics);
  const seriesOf = (query: Properties): Series => {
    if (!query.expression) return known[query.id] ?? [];
    const inner = queries.filter(
      ({ id, expression }) => expression && new RegExp(`\\b${id}\\b`).test(query.expression),
    );
    const computed = inner.map((other) => [other.id, seriesOf(other)] as const);
    return compute(query.expression, { ...known, ...Object.fromEntries(computed) }, periods);
  };
  const returned = queries.find(({ returnData }) => returnData) ?? queries.at(-1);
  if (!returned) throw new Error("Metric queries: none returns data");
  return seriesOf(returned);
}

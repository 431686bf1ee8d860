import { AwsError } from "../../core/errors.ts";
import type { Metric } from "../ports.ts";

/**
 * Search expressions of CloudWatch, without effects (AmazonCloudWatch/latest/monitoring/search-expression-syntax.html):
 * `SEARCH('{Namespace,Dimension} MetricName="X" Dimension="value"', 'Average', 300)`. Not modelled: partial matches of terms, OR,
 * NOT, and searches inside metric math.
 */

const form = /^\s*SEARCH\(\s*'\{([^}]*)\}([^']*)'\s*,\s*'([\w.]+)'\s*(?:,\s*(\d+)\s*)?\)\s*$/;

/** Whether an expression is a search. */
export const isSearch = (expression: string): boolean => /^\s*SEARCH\s*\(/.test(expression);

/** Which metrics an expression means, and how it reads them; the period is 300 seconds where it names none. @throws AwsError */
export function searchOf(expression: string): { matches(metric: Metric): boolean; stat: string; period: number } {
  const [found, schema = "", terms = "", stat = "", period = "300"] = form.exec(expression) ?? [];
  if (!found) throw new AwsError("ValidationError", `${expression} is not understood as a search`);
  const [namespace, ...names] = schema.split(",").map((part) => part.trim().replaceAll('"', ""));
  const conditions = [...terms.matchAll(/(\w+)="([^"]*)"/g)].map(([, property = "", value = ""]) => ({
    property,
    value,
  }));
  if (terms.replaceAll(/(\w+)="([^"]*)"/g, "").trim() !== "")
    throw new AwsError("ValidationError", `${expression}: of search terms PROPERTY="value" alone is modelled`);
  return {
    stat,
    period: Number(period),
    matches: (metric) =>
      metric.namespace === namespace &&
      Object.keys(metric.dimensions).sort().join() === names.toSorted().join() &&
      conditions.every(
        ({ property, value }) => (property === "MetricName" ? metric.name : metric.dimensions[property]) === value,
      ),
  };
}

/** What tells one found metric from the others: its dimensions' values, as CloudWatch labels them. */
export const labelOf = ({ name, dimensions }: Metric): string => [...Object.values(dimensions), name].join(" ");

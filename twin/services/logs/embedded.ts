/**
 * The embedded metric format, without effects
 * (AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html): a JSON line whose `_aws` names
 * members of the line as metrics and dimensions. Not modelled: units, storage resolution, counts beside values.
 */
import { z } from "zod";

export interface Embedded {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  value: number;
}

const MOST_VALUES = 100;

const document = z.looseObject({
  _aws: z.looseObject({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.looseObject({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string()).max(30)),
        Metrics: z.array(z.looseObject({ Name: z.string().min(1) })).max(100),
      }),
    ),
  }),
});

const values = z.union([z.number().transform((value) => [value]), z.array(z.number()).max(MOST_VALUES)]);

/** Every value of every metric in every set of dimensions; none where the line is no such document, or lacks a member. */
export function embeddedIn(line: string): Embedded[] {
  // Most lines are others, and need no parsing.
  const parsed = line.includes('"_aws"') ? document.safeParse(jsonOf(line)) : undefined;
  if (!parsed?.success) return [];
  const members = parsed.data as Record<string, unknown>;
  return parsed.data._aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name: name }) => {
      const found = values.safeParse(members[name]);
      const sets = Dimensions.map((names) => Object.fromEntries(names.map((of) => [of, members[of]])));
      if (!found.success || sets.some((set) => Object.values(set).some((text) => typeof text !== "string"))) return [];
      return sets.flatMap((set) =>
        found.data.map((value) => ({ namespace, name, dimensions: set as Record<string, string>, value })),
      );
    }),
  );
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

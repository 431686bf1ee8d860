import type { View } from "../../core/view.ts";
import type { Metric } from "../ports.ts";
import { embeddedIn } from "./embedded.ts";
import { observe, type Transformation } from "./filter-pattern.ts";

const filterType = "aws:cloudwatch/logMetricFilter:LogMetricFilter";

/** What metric filters, and the embedded metric format, make of the lines that containers write into log groups. */
export class LogMetrics {
  readonly #view: View;
  #observed: { metric: Metric; value: number }[] = [];

  constructor(view: View) {
    this.#view = view;
  }

  line(region: string, group: string, line: string): void {
    for (const { namespace, name, dimensions, value } of embeddedIn(line))
      this.#observed.push({ metric: { region, namespace, name, dimensions }, value });
    for (const { outputs } of this.#view.list(filterType, region)) {
      if (outputs.logGroupName !== group) continue;
      const transformation: Transformation = outputs.metricTransformation;
      const observation = observe(line, outputs.pattern, transformation);
      if (!observation) continue;
      const { namespace, name } = transformation;
      const { value, dimensions } = observation;
      this.#observed.push({ metric: { region, namespace, name, dimensions }, value });
    }
  }

  /** All that was observed since the last call. */
  take(): { metric: Metric; value: number }[] {
    const observed = this.#observed;
    this.#observed = [];
    return observed;
  }
}

import { randomUUID } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Properties, Resource, Store } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { Notifications } from "../ports.ts";
import { type AlarmState, evaluate, extraPeriods, type Rule } from "./evaluate.ts";
import type { Metrics } from "./metrics.ts";
import { answerOf } from "./queries.ts";
import { resolutionMs, type Series } from "./series.ts";

export interface AlarmDocument {
  arn: string;
  name: string;
  region: string;
  state: AlarmState;
  reason: string;
  /** ISO 8601, of the last change of state. */
  updatedAt: string;
}

/** One change of an alarm's state. */
export interface AlarmChange {
  id: string;
  arn: string;
  name: string;
  region: string;
  from: AlarmState;
  to: AlarmState;
  reason: string;
  /** ISO 8601. */
  at: string;
}

/** Changes that are kept; on AWS those of 30 days. */
const keptChanges = 500;

/** No evaluation for so long: the clock has leapt. */
const leapMinutes = 60;

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";

/**
 * CloudWatch alarms, judged once a minute. An alarm to which no data is breaching is first judged when the twin has
 * watched it for all its periods, so that time in which the twin did not run is no alarm. Not modelled: composite alarms,
 * anomaly detection, percentiles, metrics of other accounts, actions other than SNS topics.
 */
export class Alarms {
  readonly #store: Store;
  readonly #view: View;
  readonly #metrics: Metrics;
  readonly #sns: Notifications;
  readonly #now: Clock;
  readonly #log: Log;
  readonly #watchedSince = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #minute: number;

  constructor(parts: { store: Store; view: View; metrics: Metrics; sns: Notifications }, now: Clock, log: Log) {
    this.#store = parts.store;
    this.#view = parts.view;
    this.#metrics = parts.metrics;
    this.#sns = parts.sns;
    this.#now = now;
    this.#log = log;
    this.#minute = Math.floor(now() / resolutionMs);
    for (const alarm of this.#view.list(alarmType)) this.#appeared(alarm);
    parts.view.on("change", ({ kind, resource }) => {
      if (resource.type !== alarmType) return;
      if (kind === "put") this.#appeared(resource);
      else this.#store.erase("alarm", resource.outputs.arn);
    });
    this.#timer = setInterval(() => this.tick(), 1000);
  }

  list(): AlarmDocument[] {
    return this.#store.readAll<AlarmDocument>("alarm");
  }

  /** Changes of state, the oldest first. */
  history(): AlarmChange[] {
    return this.#store.readAll<AlarmChange>("alarm-change");
  }

  /** Does what is due when a minute has ended since the last call. */
  tick(): void {
    const now = this.#now();
    const minute = Math.floor(now / resolutionMs);
    if (minute === this.#minute) return;
    if (minute - this.#minute > leapMinutes)
      for (const arn of this.#watchedSince.keys()) this.#watchedSince.set(arn, now);
    this.#minute = minute;
    this.#metrics.collect(now);
    for (const alarm of this.#view.list(alarmType)) this.#judge(alarm, now);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #appeared({ outputs, region }: Resource): void {
    const { arn, name } = outputs;
    if (this.#watchedSince.has(arn)) return;
    this.#watchedSince.set(arn, this.#now());
    if (this.#store.read("alarm", arn)) return;
    const reason = "Unchecked: Initial alarm creation";
    const updatedAt = new Date(this.#now()).toISOString();
    this.#store.write("alarm", arn, { arn, name, region, state: "INSUFFICIENT_DATA", reason, updatedAt });
  }

  #judge(alarm: Resource, now: number): void {
    const { outputs } = alarm;
    const before = this.#store.read<AlarmDocument>("alarm", outputs.arn);
    if (!before) return;
    try {
      const rule = ruleOf(outputs);
      const { series, period } = this.#series(alarm, rule.evaluationPeriods + extraPeriods, now);
      const watched = now - (this.#watchedSince.get(outputs.arn) ?? now);
      if (rule.treatMissingData === "breaching" && watched < rule.evaluationPeriods * period * 1000) return;
      const state = evaluate(rule, series, before.state);
      if (state !== before.state) this.#turn(alarm, before, state, reasonOf(rule, series));
    } catch (error) {
      this.#log("an alarm could not be judged", { alarm: outputs.name, error: String(error) });
    }
  }

  #series({ outputs, region }: Resource, periods: number, now: number): { series: Series; period: number } {
    const queries: Properties[] = outputs.metricQueries ?? [];
    const one = (metric: Properties, statistic: unknown): Series => {
      if (typeof statistic !== "string") throw new Error("extendedStatistic is not modelled");
      const identity = {
        region,
        namespace: metric.namespace,
        name: metric.metricName,
        dimensions: metric.dimensions ?? {},
      };
      return this.#metrics.series(identity, statistic, metric.period ?? 60, periods, now);
    };
    if (queries.length === 0) return { series: one(outputs, outputs.statistic), period: outputs.period ?? 60 };
    const period: number = queries.find(({ metric }) => metric)?.metric.period ?? queries.at(-1)?.period ?? 60;
    return { series: answerOf(queries, ({ metric }) => one(metric, metric.stat), periods), period };
  }

  #turn({ outputs, region }: Resource, before: AlarmDocument, state: AlarmState, reason: string): void {
    const updatedAt = new Date(this.#now()).toISOString();
    this.#store.write("alarm", before.arn, { ...before, state, reason, updatedAt });
    this.#remember(before, state, reason, updatedAt);
    this.#log("an alarm changed", { alarm: before.name, region, from: before.state, to: state });
    if (outputs.actionsEnabled === false) return;
    const property = { ALARM: "alarmActions", OK: "okActions", INSUFFICIENT_DATA: "insufficientDataActions" }[state];
    const message = JSON.stringify({
      AlarmName: before.name,
      AlarmDescription: outputs.alarmDescription ?? null,
      AlarmArn: before.arn,
      Region: region,
      NewStateValue: state,
      NewStateReason: reason,
      OldStateValue: before.state,
      StateChangeTime: updatedAt,
    });
    const account = before.arn.split(":")[4] ?? "";
    const context = { "aws:SourceArn": before.arn, "aws:SourceAccount": account };
    const sender = { service: "cloudwatch.amazonaws.com", context };
    for (const arn of outputs[property] ?? [])
      this.#sns
        .deliver(arn, `${state}: "${before.name}" in ${region}`, message, sender)
        .catch((error) => this.#log("an alarm could not act", { alarm: before.name, error: String(error) }));
  }

  #remember({ arn, name, region, state: from }: AlarmDocument, to: AlarmState, reason: string, at: string): void {
    const change: AlarmChange = { id: randomUUID(), arn, name, region, from, to, reason, at };
    this.#store.write("alarm-change", change.id, change);
    for (const { id } of this.history().slice(0, -keptChanges)) this.#store.erase("alarm-change", id);
  }
}

function ruleOf(outputs: Properties): Rule {
  const evaluationPeriods: number = outputs.evaluationPeriods ?? 1;
  return {
    comparisonOperator: outputs.comparisonOperator,
    threshold: outputs.threshold,
    evaluationPeriods,
    datapointsToAlarm: outputs.datapointsToAlarm ?? evaluationPeriods,
    treatMissingData: outputs.treatMissingData ?? "missing",
  };
}

function reasonOf(rule: Rule, series: Series): string {
  const shown = series.slice(-rule.evaluationPeriods).map((value) => value ?? "missing");
  return (
    `Threshold: the last ${rule.evaluationPeriods} datapoints were [${shown.join(", ")}], ` +
    `${rule.datapointsToAlarm} of them ${rule.comparisonOperator} ${rule.threshold} make an alarm`
  );
}

import { randomUUID } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Properties, Resource, Store } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import { extraPeriods } from "../cloudwatch/evaluate.ts";
import { answerOf } from "../cloudwatch/queries.ts";
import { resolutionMs, type Series } from "../cloudwatch/series.ts";
import type { Metric } from "../ports.ts";
import { inPeriods, wanted } from "./plan.ts";

/** CloudWatch: what policies go by. */
interface Watched {
  /** Called after each minute's datapoints were recorded. */
  onCollected(listener: (now: number) => void): void;
  /** The last `periods` periods before `now`. */
  series(metric: Metric, statistic: string, periodSeconds: number, periods: number, now: number): Series;
}

/** ECS: what is scaled. */
interface Services {
  describe(
    serviceArn: string,
  ): { arn: string; desired: number; deployments: readonly { rolloutState: string }[] } | undefined;
  setDesired(serviceArn: string, desiredCount: number): void;
}

const targetType = "aws:appautoscaling/target:Target";
const policyType = "aws:appautoscaling/policy:Policy";
const serviceType = "aws:ecs/service:Service";

/** Seconds, where a policy names none, for ECS services (API reference, TargetTrackingScalingPolicyConfiguration). */
const defaultCooldown = 300;

/**
 * Application Auto Scaling's side of ECS services: once a minute each policy looks at its metric, and the service gets
 * the desired count that follows, within its target's range. Not modelled: that capacity just added counts towards the
 * next step out while its cooldown runs (here there is none until then).
 */
export class Scaling {
  readonly #store: Store;
  readonly #view: View;
  readonly #metrics: Watched;
  readonly #ecs: Services;
  readonly #now: Clock;
  readonly #log: Log;
  /** By ARN of the policy. */
  readonly #watchedSince = new Map<string, number>();
  /** By ARN of the service, the last time either way. */
  readonly #lastOut = new Map<string, number>();
  readonly #lastIn = new Map<string, number>();

  constructor(parts: { store: Store; view: View; metrics: Watched; ecs: Services }, now: Clock, log: Log) {
    this.#store = parts.store;
    this.#view = parts.view;
    this.#metrics = parts.metrics;
    this.#ecs = parts.ecs;
    this.#now = now;
    this.#log = log;
    for (const policy of this.#view.list(policyType)) this.#appeared(policy);
    parts.view.on("change", ({ kind, resource }) => {
      if (resource.type === policyType && kind === "put") this.#appeared(resource);
    });
    parts.metrics.onCollected((at) => {
      for (const target of this.#view.list(targetType)) this.#scale(target, at);
    });
  }

  #appeared({ outputs }: Resource): void {
    if (!this.#watchedSince.has(outputs.arn)) this.#watchedSince.set(outputs.arn, this.#now());
  }

  #scale({ region, outputs: target }: Resource, now: number): void {
    const service = this.#view
      .list(serviceType, region)
      .find(({ outputs }) => outputs.arn.endsWith(`:${target.resourceId}`));
    const running = service && this.#ecs.describe(service.outputs.arn);
    if (!running) return;
    const { arn, desired } = running;
    const policies = this.#view
      .list(policyType, region)
      .filter(({ outputs }) => outputs.resourceId === target.resourceId)
      .map((policy) => ({
        ...{ name: policy.outputs.name, tracking: trackingOf(policy), asked: this.#asked(policy, desired, now) },
      }));
    const mayGrow = policies.filter(
      ({ tracking, asked = 0 }) => asked > desired && this.#rested(this.#lastOut, arn, tracking.scaleOutCooldown, now),
    );
    // Every policy has to agree before anything is taken away, and no deployment may be under way.
    const mayShrink =
      policies.length > 0 &&
      policies.every(
        ({ tracking, asked = desired }) =>
          asked < desired && !tracking.disableScaleIn && this.#rested(this.#lastIn, arn, tracking.scaleInCooldown, now),
      ) &&
      running.deployments[0]?.rolloutState !== "IN_PROGRESS";
    if (mayGrow.length === 0 && !mayShrink) return;
    const asked = Math.max(...(mayGrow.length > 0 ? mayGrow : policies).map((policy) => policy.asked ?? desired));
    const next = Math.min(target.maxCapacity, Math.max(target.minCapacity, asked));
    if (next === desired) return;
    (next > desired ? this.#lastOut : this.#lastIn).set(arn, now);
    this.#log("a service was scaled", { service: arn, from: desired, to: next });
    const cause = policies.find((policy) => policy.asked === asked)?.name ?? "";
    this.#store.write("scaling-activity", randomUUID(), {
      ...{ region, resourceId: target.resourceId, at: now, from: desired, to: next, policy: cause },
    });
    this.#ecs.setDesired(arn, next);
  }

  #rested(last: Map<string, number>, arn: string, cooldown: number = defaultCooldown, now: number): boolean {
    return now - (last.get(arn) ?? Number.NEGATIVE_INFINITY) >= cooldown * 1000;
  }

  #asked(policy: Resource, capacity: number, now: number): number | undefined {
    const since = this.#watchedSince.get(policy.outputs.arn) ?? now;
    const watchedMinutes = Math.floor((now - since) / resolutionMs);
    try {
      const series = this.#series(policy, inPeriods + extraPeriods, now);
      return wanted({ capacity, target: trackingOf(policy).targetValue, series, watchedMinutes });
    } catch (error) {
      this.#log("a scaling policy could not be judged", { policy: policy.outputs.name, error: String(error) });
      return undefined;
    }
  }

  #series(policy: Resource, periods: number, now: number): Series {
    const { region } = policy;
    const { predefinedMetricSpecification: predefined, customizedMetricSpecification: customized } = trackingOf(policy);
    if (predefined) {
      const TargetGroup = predefined.resourceLabel.slice(predefined.resourceLabel.indexOf("targetgroup/"));
      const metric = {
        region,
        namespace: "AWS/ApplicationELB",
        name: "RequestCountPerTarget",
        dimensions: { TargetGroup },
      };
      return this.#metrics.series(metric, "Sum", 60, periods, now);
    }
    const read = ({ metricStat: { metric, stat } }: Properties): Series => {
      const dimensions = Object.fromEntries(
        (metric.dimensions ?? []).map(({ name, value }: Properties) => [name, value]),
      );
      const identity = { region, namespace: metric.namespace, name: metric.metricName, dimensions };
      return this.#metrics.series(identity, stat, 60, periods, now);
    };
    return answerOf(customized.metrics, read, periods);
  }
}

const trackingOf = ({ outputs }: Resource): Properties => outputs.targetTrackingScalingPolicyConfiguration ?? {};

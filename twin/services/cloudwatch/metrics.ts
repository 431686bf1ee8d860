import type { View } from "../../core/view.ts";
import type { Metric } from "../ports.ts";
import { resolutionMs, type Series } from "./series.ts";

/** What is counted of a load balancer since the twin's start. */
interface Counters {
  requests: number;
  loadBalancer5xx: number;
  target5xx: number;
  tlsFailures: number;
}

/** What is measured. */
interface Sources {
  view: View;
  sqs: {
    queues: { list(): { name: string; region: string }[] };
    depth(name: string, region: string): { visible: number; inFlight: number; delayed: number; oldestSeconds: number };
  };
  ecs: {
    describe(serviceArn: string):
      | {
          name: string;
          clusterArn: string;
          running: number;
          desired: number;
          pending: number;
          deployments: readonly unknown[];
        }
      | undefined;
  };
  /** By load balancer, and by target group how many requests were handed to it. */
  front: { counters: ReadonlyMap<string, Counters>; handed: ReadonlyMap<string, number> };
  targets: { of(targetGroupArn: string): { state: string }[] };
  acm: { list(): { arn: string; region: string; status: string; notAfter?: string }[] };
  /** Deliveries that failed, by rule. */
  events: { failed: ReadonlyMap<string, number> };
  logs: { take(): { metric: Metric; value: number }[] };
  /** By web ACL, then by rule. */
  firewalls: { counts: ReadonlyMap<string, { blocked: Map<string, number>; counted: Map<string, number> }> };
}

const keptMinutes = 180;

const keyOf = ({ region, namespace, name, dimensions }: Metric): string =>
  JSON.stringify([region, namespace, name, Object.entries(dimensions).sort()]);

/**
 * CloudWatch metrics, by the minute, of what the data plane really did. Those modelled are the ones that `collect`
 * lists; any other never has data, as on AWS. The last three hours are kept, in memory only.
 */
export class Metrics {
  /** By metric, then by the minute that the values were observed in. */
  readonly #points = new Map<string, Map<number, number[]>>();
  readonly #sources: Sources;
  readonly #countersBefore = new Map<string, Counters>();
  readonly #listeners: ((now: number) => void)[] = [];
  readonly #handedBefore = new Map<string, number>();
  readonly #failedBefore = new Map<string, number>();
  readonly #inspectedBefore = new Map<string, number>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Records the datapoints of the minute that ended at `now`. */
  collect(now: number): void {
    const minute = Math.floor(now / resolutionMs) - 1;
    const put = (metric: Metric, value: number) => {
      const points = this.#points.get(keyOf(metric)) ?? new Map<number, number[]>();
      points.set(minute, [...(points.get(minute) ?? []), value]);
      points.delete(minute - keptMinutes);
      this.#points.set(keyOf(metric), points);
    };
    this.#queues(put);
    this.#services(put);
    this.#loadBalancers(put);
    this.#targetGroups(put);
    this.#certificates(put, now);
    this.#rules(put);
    this.#firewalls(put);
    for (const { metric, value } of this.#sources.logs.take()) put(metric, value);
    for (const listener of this.#listeners) listener(now);
  }

  /** Every metric that has data, in one region. */
  list(region: string): Metric[] {
    return [...this.#points.keys()].flatMap((key) => {
      const [of, namespace, name, dimensions] = JSON.parse(key);
      return of === region ? [{ region, namespace, name, dimensions: Object.fromEntries(dimensions) }] : [];
    });
  }

  /** Called after each minute's datapoints were recorded. */
  onCollected(listener: (now: number) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * The last `periods` periods before `now`, a window that slides with it
   * (AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html).
   * @throws Error for a statistic that is not modelled
   */
  series(metric: Metric, statistic: string, periodSeconds: number, periods: number, now: number): Series {
    const minutes = Math.max(1, Math.round((periodSeconds * 1000) / resolutionMs));
    const from = Math.floor(now / resolutionMs) - periods * minutes;
    const values: number[][] = Array.from({ length: periods }, () => []);
    for (const [minute, observed] of this.#points.get(keyOf(metric)) ?? [])
      values[Math.floor((minute - from) / minutes)]?.push(...observed);
    return values.map((inPeriod) => (inPeriod.length === 0 ? undefined : aggregate(inPeriod, statistic)));
  }

  #queues(put: Put): void {
    for (const { name, region } of this.#sources.sqs.queues.list()) {
      const depth = this.#sources.sqs.depth(name, region);
      const metric = (metricName: string) =>
        ({ region, namespace: "AWS/SQS", name: metricName, dimensions: { QueueName: name } }) as const;
      put(metric("ApproximateAgeOfOldestMessage"), depth.oldestSeconds);
      put(metric("ApproximateNumberOfMessagesVisible"), depth.visible);
      put(metric("ApproximateNumberOfMessagesNotVisible"), depth.inFlight);
      put(metric("ApproximateNumberOfMessagesDelayed"), depth.delayed);
    }
  }

  /** Container Insights reports only for clusters that have it switched on. */
  #services(put: Put): void {
    const { view, ecs } = this.#sources;
    for (const cluster of view.list("aws:ecs/cluster:Cluster")) {
      const settings: { name: string; value: string }[] = cluster.outputs.settings ?? [];
      const on = settings.some(({ name, value }) => name === "containerInsights" && value !== "disabled");
      if (!on) continue;
      for (const { outputs } of view.list("aws:ecs/service:Service", cluster.region)) {
        const service = ecs.describe(outputs.arn);
        if (!service || service.clusterArn !== cluster.outputs.arn) continue;
        const dimensions = { ClusterName: cluster.outputs.name, ServiceName: service.name };
        const metric = (name: string) =>
          ({ region: cluster.region, namespace: "ECS/ContainerInsights", name, dimensions }) as const;
        put(metric("RunningTaskCount"), service.running);
        put(metric("DesiredTaskCount"), service.desired);
        put(metric("PendingTaskCount"), service.pending);
        put(metric("DeploymentCount"), service.deployments.length);
      }
    }
  }

  /** Counts are reported only for minutes in which something was counted. */
  #loadBalancers(put: Put): void {
    const { view, front } = this.#sources;
    for (const { outputs, region } of view.list("aws:lb/loadBalancer:LoadBalancer")) {
      const counters = front.counters.get(outputs.arn);
      if (!counters) continue;
      const before = this.#countersBefore.get(outputs.arn);
      const counted: [string, keyof Counters][] = [
        ["RequestCount", "requests"],
        ["HTTPCode_ELB_5XX_Count", "loadBalancer5xx"],
        ["HTTPCode_Target_5XX_Count", "target5xx"],
        ["ClientTLSNegotiationErrorCount", "tlsFailures"],
      ];
      for (const [name, counter] of counted) {
        const value = counters[counter] - (before?.[counter] ?? 0);
        const dimensions = { LoadBalancer: outputs.arnSuffix };
        if (value > 0) put({ region, namespace: "AWS/ApplicationELB", name, dimensions }, value);
      }
      this.#countersBefore.set(outputs.arn, { ...counters });
    }
  }

  /** Reported for target groups with registered targets, by target group and load balancer. */
  #targetGroups(put: Put): void {
    const { view, targets } = this.#sources;
    for (const { outputs, region } of view.list("aws:lb/targetGroup:TargetGroup")) {
      const registered = targets.of(outputs.arn).filter((target) => target.state !== "draining");
      if (registered.length === 0) continue;
      const healthy = registered.filter((target) => target.state === "healthy").length;
      const handed = this.#handedSince(outputs.arn) / Math.max(healthy, 1);
      const group = { TargetGroup: outputs.arnSuffix };
      put({ region, namespace: "AWS/ApplicationELB", name: "RequestCountPerTarget", dimensions: group }, handed);
      for (const balancer of view.list("aws:lb/loadBalancer:LoadBalancer", region)) {
        const dimensions = { TargetGroup: outputs.arnSuffix, LoadBalancer: balancer.outputs.arnSuffix };
        const metric = (name: string) => ({ region, namespace: "AWS/ApplicationELB", name, dimensions }) as const;
        if (!uses(view, balancer.outputs.arn, outputs.arn)) continue;
        put(metric("HealthyHostCount"), healthy);
        put(metric("UnHealthyHostCount"), registered.length - healthy);
      }
    }
  }

  /** Requests handed to a target group in the minute that ended. */
  #handedSince(targetGroupArn: string): number {
    const handed = this.#sources.front.handed.get(targetGroupArn) ?? 0;
    const before = this.#handedBefore.get(targetGroupArn) ?? 0;
    this.#handedBefore.set(targetGroupArn, handed);
    return handed - before;
  }

  /** Reported only for minutes in which a delivery failed (eventbridge/latest/userguide/eb-monitoring.html). */
  #rules(put: Put): void {
    const { view, events } = this.#sources;
    for (const { outputs, region } of view.list("aws:cloudwatch/eventRule:EventRule")) {
      const failed = events.failed.get(outputs.arn) ?? 0;
      const since = failed - (this.#failedBefore.get(outputs.arn) ?? 0);
      this.#failedBefore.set(outputs.arn, failed);
      const dimensions = { RuleName: outputs.name };
      if (since > 0) put({ region, namespace: "AWS/Events", name: "FailedInvocations", dimensions }, since);
    }
  }

  /** Reported only for minutes with such a request (waf/latest/developerguide/waf-metrics.html). */
  #firewalls(put: Put): void {
    const { view, firewalls } = this.#sources;
    for (const { outputs, region } of view.list("aws:wafv2/webAcl:WebAcl")) {
      const { blocked = [], counted = [] } = firewalls.counts.get(outputs.arn) ?? {};
      const all = [
        ...[...blocked].map((one) => ["BlockedRequests", ...one] as const),
        ...[...counted].map((one) => ["CountedRequests", ...one] as const),
      ];
      for (const [name, rule, total] of all) {
        const key = `${outputs.arn} ${name} ${rule}`;
        const since = total - (this.#inspectedBefore.get(key) ?? 0);
        this.#inspectedBefore.set(key, total);
        const dimensions = { WebACL: outputs.visibilityConfig.metricName, Region: region, Rule: rule };
        if (since > 0) put({ region, namespace: "AWS/WAFV2", name, dimensions }, since);
      }
    }
  }

  /** AWS reports them twice a day; here no alarm has to wait for that. Of an expired one there is no more data. */
  #certificates(put: Put, now: number): void {
    for (const { arn, region, status, notAfter } of this.#sources.acm.list()) {
      if (status !== "ISSUED" || !notAfter) continue;
      const days = Math.floor((Date.parse(notAfter) - now) / 86_400_000);
      put(
        { region, namespace: "AWS/CertificateManager", name: "DaysToExpiry", dimensions: { CertificateArn: arn } },
        days,
      );
    }
  }
}

type Put = (metric: Metric, value: number) => void;

/** Does any listener or rule of the load balancer forward to the target group? */
function uses(view: View, balancerArn: string, groupArn: string): boolean {
  const listeners = view
    .list("aws:lb/listener:Listener")
    .filter((listener) => listener.outputs.loadBalancerArn === balancerArn);
  const arns = listeners.map((listener) => listener.outputs.arn);
  const rules = view.list("aws:lb/listenerRule:ListenerRule").filter((rule) => arns.includes(rule.outputs.listenerArn));
  const actions = [...listeners.map((l) => l.outputs.defaultActions), ...rules.map((r) => r.outputs.actions)];
  return JSON.stringify(actions).includes(JSON.stringify(groupArn));
}

/** Between the two nearest values, in proportion: CloudWatch's own way is not published. */
function percentile(values: number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const [below = 0, above = below] = sorted.slice(Math.floor(place), Math.floor(place) + 2);
  return below + (above - below) * (place - Math.floor(place));
}

function aggregate(values: number[], statistic: string): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (statistic) {
    case "Sum":
      return sum;
    case "Average":
      return sum / values.length;
    case "Minimum":
      return Math.min(...values);
    case "Maximum":
      return Math.max(...values);
    case "SampleCount":
      return values.length;
    default: {
      const [, percent] = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(statistic) ?? [];
      if (percent === undefined) throw new Error(`The statistic ${statistic} is not modelled`);
      return percentile(values, Number(percent));
    }
  }
}

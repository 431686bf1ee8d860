import type { Resource, Store } from "../core/store.ts";
import type { Erp } from "../internet/erp.ts";
import type { Acm } from "../services/acm/behaviour.ts";
import type { Alarms } from "../services/cloudwatch/alarms.ts";
import type { Ecs } from "../services/ecs/behaviour.ts";
import type { Targets } from "../services/elbv2/targets.ts";
import type { Sqs } from "../services/sqs/behaviour.ts";
import type { RegionStatus, Status } from "./documents.ts";
import { lastOrders } from "./orders.ts";

export interface StatusSources {
  store: Store;
  acm: Acm;
  targets: Targets;
  sqs: Sqs;
  ecs: Ecs;
  alarms: Alarms;
  erp: Erp;
}

/** The tag by which the parts of one stack are known; null where there is none. */
const stackOf = (resource: Resource | undefined): string | null => resource?.outputs.tagsAll?.stack ?? null;

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

/** What runs now, by region, for the status page. */
export function status(sources: StatusSources): Status {
  const { store, sqs, ecs } = sources;
  const regions = new Set([
    ...store.list("aws:lb/loadBalancer:LoadBalancer").map(({ region }) => region),
    ...store.list("aws:ecs/service:Service").map(({ region }) => region),
    ...sqs.queues.list().map(({ region }) => region),
  ]);
  return {
    twin: {
      pid: process.pid,
      containers: ecs.runtime,
      megabytes: megabytes(process.memoryUsage().rss),
      // maxRSS is in kilobytes.
      peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
      queueRefuses: sqs.refusing,
    },
    orders: lastOrders(sqs.queues, sources.erp),
    regions: Object.fromEntries([...regions].sort().map((region) => [region, regionStatus(region, sources)])),
  };
}

function regionStatus(region: string, sources: StatusSources): RegionStatus {
  const { store, acm, targets, sqs, ecs, alarms } = sources;
  const groups = store.list("aws:lb/targetGroup:TargetGroup", region).map(({ outputs }) => outputs.arn);
  const stacksOf = (type: string) => {
    const stacks = new Map(store.list(type, region).map((found) => [found.outputs.arn, stackOf(found)]));
    return (arn: string) => stacks.get(arn) ?? null;
  };
  const certificateStack = stacksOf("aws:acm/certificate:Certificate");
  const alarmStack = stacksOf("aws:cloudwatch/metricAlarm:MetricAlarm");
  const queueStack = stacksOf("aws:sqs/queue:Queue");
  return {
    loadBalancers: store
      .list("aws:lb/loadBalancer:LoadBalancer", region)
      .map((found) => ({ stack: stackOf(found), ...loadBalancerStatus(found, store) })),
    services: store
      .list("aws:ecs/service:Service", region)
      .map((found) => ({ stack: stackOf(found), ...serviceStatus(found.outputs.arn, ecs) })),
    tasks: ecs
      .tasks()
      .filter((task) => task.region === region)
      .map(({ id, group, taskDefinitionArn, lastStatus, healthStatus, release, createdAt, ...rest }) => ({
        ...{ id, service: group.replace("service:", ""), lastStatus, healthStatus, release, createdAt },
        ...{ taskDefinitionArn, stoppedAt: rest.stoppedAt, stoppedReason: rest.stoppedReason },
        containers: rest.containers.map(({ name, exitCode, reason, pid }) => ({ name, exitCode, reason, pid })),
      })),
    targets: targets.list().filter((target) => groups.includes(target.targetGroupArn)),
    certificates: acm.list(region).map(({ arn, names, status, notAfter }) => ({
      ...{ stack: certificateStack(arn), arn, names, status, inUseBy: acm.inUseBy(arn) },
      daysLeft: notAfter ? Math.floor((Date.parse(notAfter) - Date.now()) / 86_400_000) : null,
    })),
    alarms: alarms
      .list()
      .filter((alarm) => alarm.region === region)
      .map((alarm) => ({ stack: alarmStack(alarm.arn), ...alarm })),
    queues: sqs.queues
      .list(region)
      .map(({ name, arn }) => ({ stack: queueStack(arn), name, ...sqs.depth(name, region) })),
  };
}

function loadBalancerStatus({ region, outputs: { name, arn, dnsName } }: Resource, store: Store) {
  const listeners = store
    .list("aws:lb/listener:Listener", region)
    .filter(({ outputs }) => outputs.loadBalancerArn === arn)
    .map(({ outputs: { port, protocol } }) => ({ port, protocol }));
  return { name, arn, dnsName, listeners };
}

function serviceStatus(arn: string, ecs: Ecs) {
  const service = ecs.describe(arn);
  if (!service) return { arn };
  const { name, desired, running, pending, deployments, events } = service;
  const releases = ecs.tasks(arn).flatMap((task) => (task.lastStatus === "RUNNING" ? (task.release ?? []) : []));
  return {
    ...{ arn, name, desired, running, pending },
    releases: [...new Set(releases)],
    deployments: deployments.map(({ definition: _, ...deployment }) => deployment),
    events: events.slice(-10),
  };
}

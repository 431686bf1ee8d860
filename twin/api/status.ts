import type { Acm } from "../acm.ts";
import type { Ecs } from "../ecs/ecs.ts";
import type { Targets } from "../front/targets.ts";
import type { Alarms } from "../metrics/alarms.ts";
import type { Sqs } from "../sqs/sqs.ts";
import type { Store } from "../store.ts";

export interface StatusSources {
  store: Store;
  acm: Acm;
  targets: Targets;
  sqs: Sqs;
  ecs: Ecs;
  alarms: Alarms;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

/** What runs, by region; times are ISO 8601. */
export function status(sources: StatusSources) {
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
    regions: Object.fromEntries([...regions].sort().map((region) => [region, regionStatus(region, sources)])),
  };
}

function regionStatus(region: string, sources: StatusSources) {
  const { store, acm, targets, sqs, ecs, alarms } = sources;
  const groups = store.list("aws:lb/targetGroup:TargetGroup", region).map(({ outputs }) => outputs.arn);
  const services = store.list("aws:ecs/service:Service", region).map(({ outputs }) => outputs.arn as string);
  return {
    loadBalancers: store.list("aws:lb/loadBalancer:LoadBalancer", region).map(({ outputs }) => ({
      name: outputs.name,
      arn: outputs.arn,
      dnsName: outputs.dnsName,
      listeners: store
        .list("aws:lb/listener:Listener", region)
        .filter((listener) => listener.outputs.loadBalancerArn === outputs.arn)
        .map((listener) => ({ port: listener.outputs.port, protocol: listener.outputs.protocol })),
    })),
    services: services.map((arn) => serviceStatus(arn, ecs)),
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
      ...{ arn, names, status, inUseBy: acm.inUseBy(arn) },
      daysLeft: notAfter ? Math.floor((Date.parse(notAfter) - Date.now()) / 86_400_000) : null,
    })),
    alarms: alarms.list().filter((alarm) => alarm.region === region),
    queues: sqs.queues.list(region).map(({ name }) => ({ name, ...sqs.depth(name, region) })),
  };
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

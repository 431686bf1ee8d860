import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  type Service as EcsService,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { type Service, type Stop, stopsMs } from "./facts.ts";
import type { StackState } from "./state.ts";

/** The services of the stack with what their containers run, and the containers that stopped out of turn. */
export async function readContainers(
  ecs: ECSClient,
  state: StackState,
  now: number,
): Promise<{ services: Service[]; stops: Stop[] }> {
  const cluster: string | undefined = state.of("aws:ecs/cluster:Cluster")[0]?.name;
  const names = state.of("aws:ecs/service:Service").map(({ name }) => name as string);
  if (cluster === undefined || names.length === 0) return { services: [], stops: [] };
  const [described, running, stopped] = await Promise.all([
    ecs.send(new DescribeServicesCommand({ cluster, services: names })),
    tasks(ecs, cluster, "RUNNING"),
    tasks(ecs, cluster, "STOPPED"),
  ]);
  const services = (described.services ?? []).map((service) => serviceFacts(service, running));
  const gone = (described.failures ?? []).map(({ arn = "" }) => absent(arn));
  const all = [...services, ...gone].sort((a, b) => a.name.localeCompare(b.name));
  return { services: all, stops: stopped.flatMap((task) => stopFacts(task, now)).sort(newestFirst) };
}

/** ECS describes 100 tasks at a time, which is a page of its list. */
async function tasks(ecs: ECSClient, cluster: string, desiredStatus: "RUNNING" | "STOPPED"): Promise<Task[]> {
  const all: Task[] = [];
  let nextToken: string | undefined;
  do {
    const listed = await ecs.send(new ListTasksCommand({ cluster, desiredStatus, nextToken }));
    nextToken = listed.nextToken;
    if (listed.taskArns?.length)
      all.push(...((await ecs.send(new DescribeTasksCommand({ cluster, tasks: listed.taskArns }))).tasks ?? []));
  } while (nextToken !== undefined);
  return all;
}

function serviceFacts(service: EcsService, running: Task[]): Service {
  const own = running.filter(({ group }) => group === `service:${service.serviceName}`);
  const digests = own.flatMap(({ containers = [] }) => containers.flatMap(({ imageDigest }) => imageDigest ?? []));
  const failed = (service.deployments ?? []).filter(
    ({ rolloutState, rolloutStateReason = "" }) => rolloutState === "FAILED" || /rolling back/.test(rolloutStateReason),
  );
  return {
    name: service.serviceName ?? "",
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    images: [...new Set(digests)],
    failedDeployments: failed.flatMap(({ rolloutStateReason }) => rolloutStateReason ?? []),
    events: (service.events ?? []).slice(0, 5).flatMap(({ message }) => message ?? []),
  };
}

/** The stack records it and ECS does not have it. */
function absent(arn: string): Service {
  const name = arn.split("/").at(-1) ?? arn;
  const events = ["ECS has no such service"];
  return { name, desired: 0, running: 0, pending: 0, images: [], failedDeployments: [], events };
}

/** ECS's reason of stops that are orderly, deployments and scaling in (infra/monitoring/events.ts sends no notification of them). */
const orderly = "Scaling activity initiated by";

function stopFacts(task: Task, now: number): Stop[] {
  const { group = "", taskArn = "", stoppedReason = "", stopCode = "", containers = [] } = task;
  const at = task.stoppedAt ?? task.stoppingAt;
  if (!at || now - at.getTime() > stopsMs || stoppedReason.startsWith(orderly)) return [];
  return [
    {
      service: group.replace(/^service:/, ""),
      task: taskArn.split("/").at(-1) ?? "",
      at: at.toISOString(),
      reason: stoppedReason,
      code: stopCode,
      exitCodes: Object.fromEntries(containers.map(({ name = "", exitCode }) => [name, exitCode])),
    },
  ];
}

const newestFirst = (a: Stop, b: Stop): number => (a.at < b.at ? 1 : -1);

import type {
  AlarmStatus,
  QueueStatus,
  RegionStatus,
  ServiceStatus,
  Status,
  TaskStatus,
} from "../../twin/control/documents.ts";

const at = "2026-11-30T14:00:07.000Z";
const release = "5fd1c7be0a42";

/** Of each region: its AWS region, host names, and how many containers of `dispatch` run. */
const regions: [stack: string, aws: string, hosts: string[], dispatchRunning: number][] = [
  ["staging", "ap-southeast-2", ["staging", "acme.staging", "bluegum.staging"], 1],
  ["prod-au", "ap-southeast-2", ["au", "acme.au", "bluegum.au", "harbourside.au"], 1],
  ["prod-eu", "eu-central-1", ["eu", "acme.eu", "bluegum.eu", "tulipan.eu"], 2],
];

function service(stack: string, role: string, running: number, desired: number): ServiceStatus {
  const name = `${stack}-${role}-1f2e3d4`;
  return { stack, arn: `arn:${name}`, name, desired, running, pending: desired - running, releases: [release] };
}

/** A task of dispatch that stopped. */
export function stopped(stack: string, id: string, stoppedReason: string): TaskStatus {
  const times = { createdAt: at, stoppedAt: at };
  const state = { lastStatus: "STOPPED", healthStatus: "UNKNOWN", release, stoppedReason, containers: [] };
  return { id, service: `${stack}-dispatch-1f2e3d4`, taskDefinitionArn: "arn:task", ...times, ...state };
}

function alarm(stack: string, what: string, state: string, reason: string): AlarmStatus {
  const name = `${stack}-${what}`;
  return { stack, arn: `arn:${name}`, name: `${name}-1f2e3d4`, region: "", state, reason, updatedAt: at };
}

function queue(stack: string, what: string, visible: number, oldestSeconds: number): QueueStatus {
  return {
    stack,
    name: `${stack}-${what}-1f2e3d4.fifo`,
    visible,
    inFlight: Math.min(visible, 10),
    delayed: 0,
    oldestSeconds,
  };
}

function region([stack, , hosts, running]: (typeof regions)[number]): RegionStatus {
  const desired = stack === "staging" ? 1 : 2;
  const trouble = running < desired;
  const reason =
    "Threshold Crossed: 1 out of the last 1 datapoints [1.0 (30/11/26 13:59:00)] was less than the threshold (2.0).";
  const names = hosts.map((host) => `${host}.orderhub.example`);
  return {
    loadBalancers: [],
    services: [
      service(stack, "ingest", 2, 2),
      service(stack, "dispatch", running, desired),
      service(stack, "canary", 1, 1),
    ],
    tasks: trouble ? [stopped(stack, "task-1", "Essential container in task exited")] : [],
    targets: [],
    certificates: names.map((name, index) => ({
      ...{ stack, arn: `arn:${name}`, names: [name], inUseBy: [] },
      ...(trouble && index > 2
        ? { status: "PENDING_VALIDATION", daysLeft: null }
        : { status: "ISSUED", daysLeft: 394 - index }),
    })),
    alarms: [
      alarm(stack, "ingest-below-desired", "OK", ""),
      alarm(stack, "dispatch-below-desired", trouble ? "ALARM" : "OK", reason),
      alarm(stack, "orders-not-delivered", "INSUFFICIENT_DATA", ""),
    ],
    queues: [queue(stack, "orders", trouble ? 1204 : 0, 95), queue(stack, "dead-letters", trouble ? 2 : 0, 86_000)],
  };
}

/** Three regions as `npm start` deploys them; in prod-au a container has stopped and a certificate waits. */
export function threeRegions(): Status {
  const all: Record<string, RegionStatus> = {};
  for (const each of regions) {
    const [, aws] = each;
    const [had, more] = [all[aws], region(each)];
    all[aws] = had
      ? (Object.fromEntries(
          Object.entries(had).map(([kind, list]) => [kind, [...list, ...more[kind as keyof RegionStatus]]]),
        ) as unknown as RegionStatus)
      : more;
  }
  return {
    twin: { pid: 16_509, containers: "processes", megabytes: 172, peakMegabytes: 190, queueRefuses: false },
    orders: [
      {
        key: "harbourside/681187af-80a2-4e3f-adfb-09c9279e26c9",
        state: "waiting",
        where: "prod-au-orders-1f2e3d4.fifo",
        at,
        attempts: 0,
      },
      {
        key: "acme/018f3b5c-7d1e-7c3a-9a60-5f0b8c2d4e11",
        state: "taken",
        where: "prod-au-orders-1f2e3d4.fifo",
        at,
        attempts: 3,
      },
      { key: "tulipan/10045", state: "arrived", where: "erp.tulipan.example", at, attempts: 1 },
    ],
    regions: all,
  };
}

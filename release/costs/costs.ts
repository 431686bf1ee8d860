/** What a stack costs a month at rest: the minimum of containers in its settings, and no orders. Pure. */
import { type Plan, type Properties, regionOf, resourcesBefore } from "../plan/graph.ts";
import * as prices from "./prices.ts";

/** A resource as the program registers it, or as the last update left it. */
export interface Billed {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly inputs: Properties;
}

/** What AWS bills of a stack: one kind of thing. */
export interface Line {
  readonly what: string;
  /** A month, in the unit. */
  readonly quantity: number;
  readonly unit: string;
  readonly price: prices.Price;
}

/** The lines of a bill, of those resources that cost by the hour or the month. */
export function linesOf(resources: readonly Billed[], region: string): Line[] {
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const count = (type: string) => of(type).length;
  const balancers = of("aws:lb/loadBalancer:LoadBalancer");
  const endpoints = of("aws:ec2/vpcEndpoint:VpcEndpoint").filter(
    ({ inputs }) => inputs.vpcEndpointType === "Interface",
  );
  const nats = count("aws:ec2/natGateway:NatGateway");
  const tasks = tasksOf(resources);
  const rules = sum(of("aws:wafv2/webAcl:WebAcl").map(({ inputs }) => (inputs.rules ?? []).length));
  const pollers = tasks.filter(({ name }) => /-(dispatch|canary)$/.test(name));
  const lines: [what: string, quantity: number, unit: string, prices: prices.Prices][] = [
    ["NAT gateways", hours(nats), "hour", prices.natGateway],
    ["Public IPv4 addresses", hours(nats + places(balancers, "subnets")), "hour", prices.publicAddress],
    ["Interface endpoints", hours(places(endpoints, "subnetIds")), "hour", prices.interfaceEndpoint],
    ["Load balancers", hours(balancers.length), "hour", prices.loadBalancer],
    ["Fargate vCPU", hours(sum(tasks.map(({ cpu, number }) => (cpu / 1024) * number))), "vCPU-hour", prices.fargateCpu],
    [
      "Fargate memory",
      hours(sum(tasks.map(({ memory, number }) => (memory / 1024) * number))),
      "GB-hour",
      prices.fargateMemory,
    ],
    ["Alarms", sum(of("aws:cloudwatch/metricAlarm:MetricAlarm").map(metricsOf)), "metric", prices.alarmMetric],
    ["Metrics of Container Insights", insights(of("aws:ecs/cluster:Cluster"), tasks), "metric", prices.customMetric],
    [
      "Other custom metrics",
      count("aws:cloudwatch/logMetricFilter:LogMetricFilter") + (tasks.length > 0 ? prices.dispatchMetrics : 0),
      "metric",
      prices.customMetric,
    ],
    ["Log ingestion", sum(tasks.map(({ number }) => number)) * prices.idleLogGb, "GB", prices.logIngestion],
    [
      "Requests of containers that wait for messages",
      sum(pollers.map(({ number }) => number)) * prices.idleReceives,
      "million",
      prices.fifoRequests,
    ],
    ["Secrets", count("aws:secretsmanager/secret:Secret"), "secret", prices.secret],
    ["Web ACLs", count("aws:wafv2/webAcl:WebAcl"), "web ACL", prices.webAcl],
    ["Rules of web ACLs", rules, "rule", prices.webAclRule],
    ["Hosted zone", 1, "zone", prices.hostedZone],
  ];
  return lines
    .filter(([, quantity]) => quantity > 0)
    .map(([what, quantity, unit, price]) => ({ what, quantity, unit, price: price(region) }));
}

/** US dollars a month. */
export function monthly(lines: readonly Line[]): number {
  return sum(lines.map(({ quantity, price }) => quantity * price.usd));
}

/** What an update changes of a stack's bill: US dollars a month. */
export interface CostChange {
  readonly before: number;
  readonly after: number;
}

/** The bill of a stack before and after an update; undefined where the plan has no region. */
export function costChange(plan: Plan): CostChange | undefined {
  const { region } = regionOf(plan.resources);
  if (typeof region !== "string") return undefined;
  const before = resourcesBefore(plan);
  return {
    before: before.length === 0 ? 0 : monthly(linesOf(before, region)),
    after: monthly(linesOf(plan.resources, region)),
  };
}

interface Tasks {
  /** Logical name of the service. */
  readonly name: string;
  /** CPU units of a task. */
  readonly cpu: number;
  /** MiB of a task. */
  readonly memory: number;
  /** Tasks that run at the least. */
  readonly number: number;
}

/** Service, task definition and scaling target of a role have one logical name. */
function tasksOf(resources: readonly Billed[]): Tasks[] {
  const named = (type: string, name: string) => resources.find((one) => one.type === type && one.name === name)?.inputs;
  return resources
    .filter(({ type }) => type === "aws:ecs/service:Service")
    .map(({ name, inputs }) => {
      const { cpu, memory } = named("aws:ecs/taskDefinition:TaskDefinition", name) ?? {};
      // The engine takes the old desiredCount where the program ignores its changes.
      const number = named("aws:appautoscaling/target:Target", name)?.minCapacity ?? inputs.desiredCount;
      return { name, cpu: Number(cpu ?? 0), memory: Number(memory ?? 0), number: Number(number ?? 0) };
    });
}

function insights(clusters: readonly Billed[], tasks: readonly Tasks[]): number {
  const { cluster, taskDefinition, service } = prices.insightsMetrics;
  const on = clusters.some(({ inputs }) =>
    (inputs.settings ?? []).some(
      ({ name, value }: { name?: string; value?: string }) => name === "containerInsights" && value !== "disabled",
    ),
  );
  return on ? cluster + tasks.length * (taskDefinition + service) : 0;
}

/** An alarm on an expression looks at each metric in it. */
function metricsOf({ inputs: { metricQueries } }: Billed): number {
  const queries = metricQueries as readonly { metric?: object }[] | undefined;
  return queries?.filter(({ metric }) => metric !== undefined).length || 1;
}

const hours = (count: number): number => count * prices.hoursPerMonth;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
/** Subnets of all resources together; a list that a preview does not know yet counts as one. */
const places = (resources: readonly Billed[], property: string): number =>
  sum(resources.map(({ inputs }) => (Array.isArray(inputs[property]) ? inputs[property].length : 1)));

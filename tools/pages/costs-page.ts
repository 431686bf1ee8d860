/** docs/costs.md: what a stack costs a month at rest, from what the program registers and the prices of prices.ts. */
import { canarySize } from "../../infra/containers.ts";
import type { Settings } from "../../stacks/settings.ts";
import * as prices from "./prices.ts";
import type { Registered, Run } from "./program.ts";

interface Line {
  readonly what: string;
  /** In the unit of the price. */
  readonly quantity: number;
  readonly unit: string;
  readonly prices: prices.Prices;
}

/** The page's text. */
export function costsPage(runs: ReadonlyMap<string, Run>, settings: ReadonlyMap<string, Settings>): string {
  return [
    "# Costs",
    "",
    "After reading this page you know what each stack costs a month at rest: the minimum of containers in its settings, and no",
    "orders. US dollars at list price, without tax. No bill has been compared with it. A price without confirmation is left out of",
    "the sum and says so; every other one names its source. Made from what the program registers and from tools/pages/prices.ts",
    "by `npm run docs`.",
    "",
    "Not included: gigabytes through NAT gateways and endpoints and out of AWS, capacity units of the load balancer, logs. Nor are",
    "the metrics of Container Insights, requests to SQS, SNS and Route 53, images in ECR, further containers, the state's bucket and key.",
    "`aws pricing get-products --service-code AmazonVPC --region us-east-1` prints today's prices.",
    ...[...settings].flatMap(([stack, setting]) => section(stack, setting, runs.get(stack)?.resources ?? [])),
    "",
  ].join("\n");
}

function section(stack: string, settings: Settings, resources: readonly Registered[]): string[] {
  const lines = linesOf(settings, resources);
  const sum = lines.reduce((total, line) => total + (costOf(line, settings.region) ?? 0), 0);
  const unknown = lines
    .filter(({ prices }) => prices[settings.region] === undefined)
    .map(({ what }) => what.toLowerCase());
  const without = unknown.length > 0 ? `, without ${unknown.join(" and ")}` : "";
  return [
    "",
    `## ${stack} (${settings.region})`,
    "",
    "| what | quantity | unit price | a month | price seen in |",
    "|---|---|---|---|---|",
    ...lines.map((line) => row(line, settings.region)),
    `| **Sum${without}** | | | **$${sum.toFixed(2)}** | |`,
  ];
}

function linesOf({ ingest, dispatch }: Settings, resources: readonly Registered[]): Line[] {
  const of = (type: string) => resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs);
  const balancers = of("aws:lb/loadBalancer:LoadBalancer");
  const endpoints = of("aws:ec2/vpcEndpoint:VpcEndpoint").filter(
    ({ vpcEndpointType }) => vpcEndpointType === "Interface",
  );
  const nats = of("aws:ec2/natGateway:NatGateway").length;
  const metrics = of("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ metricQueries }) => metricsOf(metricQueries));
  const sizes = [ingest, dispatch, canarySize];
  const hours = (count: number) => count * prices.hoursPerMonth;
  return [
    { what: "NAT gateways", quantity: hours(nats), unit: "hour", prices: prices.natGateway },
    {
      what: "Public IPv4 addresses",
      quantity: hours(nats + sum(balancers.map(({ subnets }) => subnets.length))),
      unit: "hour",
      prices: prices.publicAddress,
    },
    {
      what: "Interface endpoints",
      quantity: hours(sum(endpoints.map(({ subnetIds }) => subnetIds.length))),
      unit: "hour",
      prices: prices.interfaceEndpoint,
    },
    { what: "Load balancer", quantity: hours(balancers.length), unit: "hour", prices: prices.loadBalancer },
    {
      what: "Fargate vCPU",
      quantity: hours(sum(sizes.map(({ cpu, count }) => (cpu / 1024) * count))),
      unit: "vCPU-hour",
      prices: prices.fargateCpu,
    },
    {
      what: "Fargate memory",
      quantity: hours(sum(sizes.map(({ memory, count }) => (memory / 1024) * count))),
      unit: "GB-hour",
      prices: prices.fargateMemory,
    },
    { what: "Alarms", quantity: sum(metrics), unit: "metric", prices: prices.alarmMetric },
    { what: "Secrets", quantity: of("aws:secretsmanager/secret:Secret").length, unit: "secret", prices: prices.secret },
    { what: "Hosted zone", quantity: 1, unit: "zone", prices: prices.hostedZone },
  ];
}

/** An alarm on an expression looks at each metric in it. */
function metricsOf(queries: readonly { metric?: object }[] | undefined): number {
  return queries === undefined ? 1 : queries.filter(({ metric }) => metric !== undefined).length;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function costOf({ quantity, prices }: Line, region: string): number | undefined {
  const price = prices[region];
  return price && quantity * price.usd;
}

function row(line: Line, region: string): string {
  const price = line.prices[region];
  const quantity = `${line.quantity} ${line.unit}${line.quantity === 1 ? "" : "s"}`;
  const cells = price
    ? [line.what, quantity, `$${price.usd}`, `$${costOf(line, region)?.toFixed(2)}`, price.seen]
    : [line.what, quantity, "not confirmed", "", ""];
  return `| ${cells.join(" | ")} |`;
}

import { operatorKey } from "../../../twin/api/signature.ts";
import type { Cloud } from "../../../twin/cloud.ts";
import { account, put, region } from "./cloud.ts";

/** What every client of the AWS SDK is made from; the environment would say the same. */
export const sdkSettings = (cloud: Cloud, of = region) => ({
  region: of,
  endpoint: cloud.awsUrl,
  credentials: { accessKeyId: operatorKey.id, secretAccessKey: operatorKey.secret },
  maxAttempts: 1,
});

/** The cluster in which the services of data-region.ts run. */
export function cluster(cloud: Cloud): string {
  const arn = `arn:aws:ecs:${region}:${account}:cluster/main`;
  const settings = [{ name: "containerInsights", value: "enabled" }];
  return put(cloud, "aws:ecs/cluster:Cluster", arn, { name: "main", settings });
}

export function logGroup(cloud: Cloud, name: string): string {
  const arn = `arn:aws:logs:${region}:${account}:log-group:${name}`;
  return put(cloud, "aws:cloudwatch/logGroup:LogGroup", name, { arn, name, retentionInDays: 30 });
}

export const logTo = (group: string) => ({
  logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": group, "awslogs-stream-prefix": "app" } },
});

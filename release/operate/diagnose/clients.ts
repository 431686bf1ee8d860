import { ACMClient } from "@aws-sdk/client-acm";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { Route53Client } from "@aws-sdk/client-route-53";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { clientSettings } from "../../workspace/aws.ts";
import type { WorkspaceLocation } from "../../workspace/stack.ts";

/** Milliseconds: an on-call engineer waits for the answer. */
const patience = { connectionTimeout: 1_500, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** The AWS SDK's clients of everything that a diagnosis reads. */
export function awsClients(location: WorkspaceLocation, region: string) {
  const settings = (service: string) => ({
    ...clientSettings(location, region, service),
    maxAttempts: 2,
    requestHandler: patience,
  });
  return {
    acm: new ACMClient(settings("ACM")),
    cloudwatch: new CloudWatchClient(settings("CLOUDWATCH")),
    ecs: new ECSClient(settings("ECS")),
    elb: new ElasticLoadBalancingV2Client(settings("ELASTIC_LOAD_BALANCING_V2")),
    logs: new CloudWatchLogsClient(settings("CLOUDWATCH_LOGS")),
    route53: new Route53Client(settings("ROUTE_53")),
    sns: new SNSClient(settings("SNS")),
    sqs: new SQSClient({ ...settings("SQS"), useQueueUrlAsEndpoint: false }),
  };
}

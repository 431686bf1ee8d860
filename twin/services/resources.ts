import type { DataSource, ResourceType } from "../pulumi/define.ts";
import type { Package } from "../pulumi/server.ts";
import { type AcmCall, acm, getCertificate } from "./acm/resources.ts";
import { appautoscaling, type ScalingCall } from "./application-autoscaling/resources.ts";
import { bounded } from "./bounds/bounded.ts";
import { cloudwatch } from "./cloudwatch/resources.ts";
import { ec2 } from "./ec2/resources.ts";
import { getAuthorizationToken } from "./ecr/authorization-token.ts";
import { getImages } from "./ecr/images.ts";
import { ecr } from "./ecr/resources.ts";
import { ecs } from "./ecs/resources.ts";
import type { EcsCall } from "./ecs/service.ts";
import { elb } from "./elbv2/resources.ts";
import type { ElbCall } from "./elbv2/shared.ts";
import { eventbridge } from "./eventbridge/resources.ts";
import { iam } from "./iam/resources.ts";
import { logs } from "./logs/resources.ts";
import { getZone, route53, type ZoneCall } from "./route53/resources.ts";
import { type S3Call, s3 } from "./s3/resources.ts";
import { getSecret, getSecrets, type SecretsCall, secretsmanager } from "./secretsmanager/resources.ts";
import { sns } from "./sns/resources.ts";
import { type SqsResourceCall, sqs } from "./sqs/resources.ts";
import { wafv2 } from "./wafv2/resources.ts";

/** What the services' types ask of the twin beside its store. */
export type AwsCall = AcmCall & EcsCall & ElbCall & S3Call & ScalingCall & SecretsCall & SqsResourceCall & ZoneCall;

/** Everything of AWS that the twin models, a line a service. What is not here is refused by name. */
const types: ResourceType<AwsCall>[] = [
  ...ec2,
  ...elb,
  ...acm,
  ...route53,
  ...ecs,
  ...ecr,
  ...sqs,
  ...s3,
  ...iam,
  ...cloudwatch,
  ...eventbridge,
  ...logs,
  ...sns,
  ...appautoscaling,
  ...secretsmanager,
  ...wafv2,
];
const functions: DataSource<AwsCall>[] = [
  getCertificate,
  getZone,
  getAuthorizationToken,
  getImages,
  getSecret,
  getSecrets,
];

/** Provider settings that the twin reads; any other is refused. */
const settings = [
  "region",
  "allowedAccountIds",
  "defaultTags",
  "version",
  "skipCredentialsValidation",
  "skipRegionValidation",
  // Nothing is asked of AWS before the first call.
  "skipRequestingAccountId",
  "skipMetadataApiCheck",
];

/** The `aws` provider, as @pulumi/aws 7.48.0 talks to it. */
export const aws: Package<AwsCall> = {
  name: "aws",
  version: "7.48.0",
  types: new Map(types.map((type) => [type.token, bounded(type)])),
  functions: new Map(functions.map((source) => [source.token, source])),
  replaces: ["region"],
  configure: (given, account) => {
    const unknown = Object.keys(given).filter((key) => !settings.includes(key) && !key.startsWith("__"));
    if (unknown.length > 0)
      throw new Error(
        `the twin does not model provider setting ${unknown.join(", ")} of aws; it models ${settings.join(", ")}`,
      );
    if (typeof given.region !== "string") throw new Error("Invalid or missing Region: set `region` on the provider");
    const allowed = parsed(given.allowedAccountIds) as string[] | undefined;
    if (allowed && !allowed.includes(account)) throw new Error(`AWS account ID not allowed: ${account}`);
    const tags = (parsed(given.defaultTags) as { tags?: Record<string, string> } | undefined)?.tags;
    return { region: given.region, defaultTags: tags ?? {} };
  },
};

/** Settings of an explicit provider arrive as JSON text. */
function parsed(value: unknown): unknown {
  return typeof value === "string" ? JSON.parse(value) : value;
}

/**
 * How large the containers' task definitions get by their stores. ECS refuses one that is too large only when it is
 * registered, in the middle of an update; the settings refuse it before. Pure.
 */
import { imageByDigest } from "./names.ts";
import { type ContainerPlan, type RunningStore, taskContainers } from "./task-definition.ts";

/**
 * Bytes, all of it as JSON (ECS developer guide, "Service quotas": 64 KB; its words, "Actual length: '66420'. Max allowed
 * length is '65536' bytes", are in awsdocs/amazon-ecs-developer-guide#149).
 */
export const mostDefinitionBytes = 65_536;

/** Bytes beside the containers: family, size, and the ARNs of two roles. */
const aroundContainers = 1_024;

/** As long as a name gets that the stack begins and the engine ends; the longest, a queue's, is 80 characters. */
const ownName = "n".repeat(80);
/** Secrets Manager ends an ARN in a hyphen and six letters. */
const secretSuffix = "-123456";

/** Bytes of the largest task definition of a region with these stores, at the most. */
export function definitionBytes(
  stores: readonly RunningStore[],
  { account, region, domain }: Pick<ContainerPlan, "region" | "domain"> & { readonly account: string },
): number {
  const queueUrl = `https://sqs.${region}.amazonaws.com/${account}/${ownName}`;
  const secretArn = (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}${secretSuffix}`;
  const digest = `sha256:${"0".repeat(64)}`;
  const plan: ContainerPlan = {
    image: imageByDigest({ account, region }, digest),
    digest,
    release: "0".repeat(12),
    region,
    domain,
    stores,
    ordersUrl: queueUrl,
    receiptsUrl: queueUrl,
    deadLetterUrl: queueUrl,
    visibilitySeconds: 120,
    erpTimeoutSeconds: 10,
    logGroup: ownName,
    tls: { secretArn: secretArn(ownName), versionId: "0".repeat(36) },
    inboundSecrets: ownName,
    erpCredentials: stores.flatMap(({ name, erpCredentials }) =>
      erpCredentials === undefined ? [] : [{ store: name, secretArn: secretArn(erpCredentials) }],
    ),
  };
  const bytes = Object.values(taskContainers).map((describe) => Buffer.byteLength(JSON.stringify(describe(plan))));
  return Math.max(...bytes) + aroundContainers;
}

/** Secrets Manager's API, to read what secrets there are. Not modelled: filters, rotation, replicas. */
import { z } from "zod";
import { type ApiCall, action, page, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { Secret, SecretsManager } from "./behaviour.ts";

type SecretsCall = ApiCall & { secrets: SecretsManager };

function shape({ arn, name, versions }: Secret, { store, region }: ApiCall): Properties {
  const made = store.get("aws:secretsmanager/secret:Secret", arn, region)?.outputs;
  const tags: Record<string, string> = made?.tagsAll ?? {};
  return {
    ...{ ARN: arn, Name: name, Description: made?.description },
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    stages: Object.fromEntries(
      versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
    ),
  };
}

/** DescribeSecret: one secret, without its value. */
export const describeSecret = action({ SecretId: z.string() }, ({ SecretId }, call: SecretsCall) => {
  const secret = call.secrets.describe(SecretId, call.region);
  if (!secret) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  const { stages, ...rest } = shape(secret, call);
  return { ...rest, VersionIdsToStages: stages };
});

/** ListSecrets: the secrets of a region, without their values. */
export const listSecrets = action(
  { MaxResults: whole(1, 100).default(100), NextToken: z.string().optional() },
  ({ MaxResults, NextToken }, call: SecretsCall) => {
    const { items, next } = page(call.secrets.list(call.region), MaxResults, NextToken);
    const listed = items.map((secret) => {
      const { stages, ...rest } = shape(secret, call);
      return { ...rest, SecretVersionsToStages: stages };
    });
    return { SecretList: listed, NextToken: next };
  },
);

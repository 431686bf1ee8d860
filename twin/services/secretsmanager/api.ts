/**
 * AWS Secrets Manager, to read what secrets there are. Not modelled: values over the API (containers get theirs from ECS),
 * filters, rotation, replicas.
 * Source: Secrets Manager API reference.
 */
import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { type ApiCall, action, page, type Service, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { Secret, SecretsManager } from "./behaviour.ts";

export type SecretsApiCall = ApiCall & { secrets: SecretsManager };

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

const describeSecret = action({ SecretId: z.string() }, ({ SecretId }, call: SecretsApiCall) => {
  const secret = call.secrets.describe(SecretId, call.region);
  if (!secret) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  const { stages, ...rest } = shape(secret, call);
  return { ...rest, VersionIdsToStages: stages };
});

const listSecrets = action(
  { MaxResults: whole(1, 100).default(100), NextToken: z.string().optional() },
  ({ MaxResults, NextToken }, call: SecretsApiCall) => {
    const { items, next } = page(call.secrets.list(call.region), MaxResults, NextToken);
    const listed = items.map((secret) => {
      const { stages, ...rest } = shape(secret, call);
      return { ...rest, SecretVersionsToStages: stages };
    });
    return { SecretList: listed, NextToken: next };
  },
);

export const secretsmanager: Service<SecretsApiCall> = {
  name: "secretsmanager",
  protocols: [json11],
  target: "secretsmanager",
  invalid: "InvalidParameterException",
  actions: { DescribeSecret: describeSecret, ListSecrets: listSecrets },
};

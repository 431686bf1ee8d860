/**
 * Secrets Manager: secrets, versions of their values, and looking one up. What is kept, and for how long, is the data
 * plane's (behaviour.ts).
 * Not modelled: what behaviour.ts names, write-only values, several labels.
 * Sources: terraform-provider-aws internal/service/secretsmanager (secret.go, secret_version.go, secret_data_source.go,
 * secrets_data_source.go).
 */
import { z } from "zod";
import { AwsError } from "../../core/errors.ts";
import { hex } from "../../core/ids.ts";
import { retried } from "../../core/wait.ts";
import {
  type DataSource,
  type ResourceCall,
  type ResourceType,
  regional,
  tagged,
  tagsAll,
} from "../../pulumi/define.ts";
import type { SecretsManager } from "./behaviour.ts";

export type SecretsCall = ResourceCall & { secrets: SecretsManager };

export const secret: ResourceType<SecretsCall> = {
  token: "aws:secretsmanager/secret:Secret",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    description: z.string().optional(),
    forceOverwriteReplicaSecret: z.literal(false),
    recoveryWindowInDays: z
      .number()
      .int()
      .refine((days) => days === 0 || (days >= 7 && days <= 30), "expected 0 or 7 to 30 days"),
  }),
  defaults: { forceOverwriteReplicaSecret: false, recoveryWindowInDays: 30 },
  autoname: { property: "name", max: 255 },
  computed: ["arn", "tagsAll"],
  replaces: ["name"],
  create: async (inputs, call) => {
    const what = `creating Secrets Manager Secret (${inputs.name})`;
    // The provider tries for some 2 minutes while a secret of that name is being deleted; the twin tells it after seconds.
    const arn = await retried(3_000, () => worded(what, () => call.secrets.create(inputs.name, call.region)));
    return { id: arn, outputs: { arn, ...tagsAll(inputs, call) } };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, state, call) => call.secrets.delete(id, call.region, state.recoveryWindowInDays),
};

/** A deleted version leaves AWS's own where it is: its label cannot be taken from it, and a call that names its id still gets it. */
export const secretVersion: ResourceType<SecretsCall> = {
  token: "aws:secretsmanager/secretVersion:SecretVersion",
  scope: "regional",
  inputs: regional({ secretId: z.string(), secretString: z.string() }),
  computed: ["arn", "hasSecretStringWo", "secretArn", "versionId", "versionStages"],
  replaces: ["secretId", "secretString"],
  create: ({ secretId, secretString }, call) => {
    const { secrets } = call;
    const versionId = worded(`putting Secrets Manager Secret (${secretId}) value`, () =>
      secrets.put(secretId, call.region, secretString, uniqueId(new Date())),
    );
    const arn = secrets.describe(secretId, call.region)?.arn;
    const outputs = { arn, secretArn: arn, versionId, versionStages: ["AWSCURRENT"], hasSecretStringWo: false };
    return { id: `${secretId}|${versionId}`, outputs };
  },
};

/** What the provider chooses as a version's id (terraform-plugin-sdk helper/id, UniqueId): the time and a counter. */
function uniqueId(now: Date): string {
  return `terraform-${now.toISOString().replaceAll(/\D/g, "").slice(0, 17)}0${hex(4)}`;
}

export const getSecret: DataSource<SecretsCall> = {
  token: "aws:secretsmanager/getSecret:getSecret",
  inputs: z.strictObject({ name: z.string().optional(), arn: z.string().optional(), region: z.string().optional() }),
  read: ({ name, arn }, { secrets, region }) => {
    const secretId = arn ?? name;
    const found = secrets.describe(secretId, region);
    if (!found) throw new Error(`reading Secrets Manager Secret (${secretId}): couldn't find resource`);
    return {
      id: found.arn,
      arn: found.arn,
      name: found.name,
      region,
      description: "",
      kmsKeyId: "",
      policy: "",
      tags: {},
    };
  },
};

/** By the beginning of names (Secrets Manager API reference, Filter); any other filter is not modelled. */
export const getSecrets: DataSource<SecretsCall> = {
  token: "aws:secretsmanager/getSecrets:getSecrets",
  inputs: z.strictObject({
    filters: z.array(z.strictObject({ name: z.literal("name"), values: z.array(z.string()) })).length(1),
    region: z.string().optional(),
  }),
  read: ({ filters: [{ name, values }] }, { secrets, region }) => {
    const names = secrets.names(region).filter((each) => values.some((value: string) => each.startsWith(value)));
    const arns = names.map((each) => secrets.describe(each, region)?.arn);
    return { id: region, region, filters: [{ name, values }], names, arns };
  },
};

export const secretsmanager: readonly ResourceType<SecretsCall>[] = [secret, secretVersion];

/** Runs something of the service; its error becomes the provider's. */
function worded<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new Error(`${what}: api error ${error.code}: ${error.message}`);
  }
}

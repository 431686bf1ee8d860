/**
 * ECR: repositories by digest, immutable tags, replication of images pushed after it was set up. Images are kept by the data
 * plane as documents `image`, by `REGION/repository@digest`. Lifecycle policies: ecrLifecycle.ts. Not modelled: scanning
 * results.
 * Sources: terraform-provider-aws internal/service/ecr; ECR user guide, replication.
 */
import { z } from "zod";
import { arn } from "../../core/ids.ts";
import { type DataSource, type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";

export const repository: ResourceType = {
  token: "aws:ecr/repository:Repository",
  scope: "regional",
  inputs: tagged({
    name: z
      .string()
      .min(2)
      .max(256)
      .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/),
    imageTagMutability: z.enum(["MUTABLE", "IMMUTABLE"]),
    forceDelete: z.boolean(),
    imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean() }).optional(),
    encryptionConfigurations: z.array(z.strictObject({ encryptionType: z.enum(["AES256", "KMS"]) })).optional(),
  }),
  defaults: { imageTagMutability: "MUTABLE", forceDelete: false },
  autoname: { property: "name", max: 255 },
  computed: ["arn", "registryId", "repositoryUrl", "tagsAll"],
  replaces: ["name", "encryptionConfigurations"],
  create: (inputs, call) => {
    if (call.store.get(repository.token, inputs.name, call.region))
      throw new Error(
        `creating ECR Repository (${inputs.name}): api error RepositoryAlreadyExistsException: The repository with name '${inputs.name}' already exists in the registry with id '${call.account}'`,
      );
    return {
      id: inputs.name,
      outputs: {
        arn: arn("ecr", call, `repository/${inputs.name}`),
        registryId: call.account,
        repositoryUrl: `${registryHost(call)}/${inputs.name}`,
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, state, call) => {
    const images = call.store.readAll("image").filter((i) => i.region === call.region && i.repository === id);
    if (images.length > 0 && !state.forceDelete)
      throw new Error(
        `ECR Repository (${id}) not empty, consider using force_delete: api error RepositoryNotEmptyException: The repository with name '${id}' in registry with id '${call.account}' cannot be deleted because it still contains images`,
      );
    for (const image of images) call.store.erase("image", `${image.region}/${image.repository}@${image.digest}`);
  },
};

const filter = z.strictObject({ filter: z.string(), filterType: z.literal("PREFIX_MATCH") });

/** Singleton per account and region; its id is the account. */
export const replication: ResourceType = {
  token: "aws:ecr/replicationConfiguration:ReplicationConfiguration",
  scope: "regional",
  inputs: regional({
    replicationConfiguration: z.strictObject({
      rules: z
        .array(
          z.strictObject({
            destinations: z.array(z.strictObject({ region: z.string(), registryId: z.string() })).max(25),
            repositoryFilters: z.array(filter).max(100).optional(),
          }),
        )
        .max(10),
    }),
  }),
  computed: ["registryId"],
  replaces: [],
  create: (_inputs, call) => ({ id: call.account, outputs: { registryId: call.account } }),
  update: () => ({}),
};

export const getAuthorizationToken: DataSource = {
  token: "aws:ecr/getAuthorizationToken:getAuthorizationToken",
  inputs: z.strictObject({ registryId: z.string().optional(), region: z.string().optional() }),
  read: (_inputs, call) => {
    const password = `twin-${call.account}-${call.region}`;
    return {
      id: call.region,
      region: call.region,
      userName: "AWS",
      password,
      authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
      proxyEndpoint: `https://${registryHost(call)}`,
      expiresAt: new Date(Date.now() + 12 * 3600_000).toISOString(),
    };
  },
};

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com` */
export function registryHost(call: { account: string; region: string }): string {
  return `${call.account}.dkr.ecr.${call.region}.amazonaws.com`;
}

export const ecr: readonly ResourceType[] = [repository, replication];

import { z } from "zod";
import { type ResourceType, regional } from "../../pulumi/define.ts";

const filter = z.strictObject({ filter: z.string(), filterType: z.literal("PREFIX_MATCH") });

/** Singleton per account and region; its id is the account. */
export const replication: ResourceType = {
  token: "aws:ecr/replicationConfiguration:ReplicationConfiguration",
  scope: "regional",
  inputs: regional({
    replicationConfiguration: z.strictObject({
      rules: z.array(
        z.strictObject({
          destinations: z.array(z.strictObject({ region: z.string(), registryId: z.string() })).max(25),
          repositoryFilters: z.array(filter).optional(),
        }),
      ),
    }),
  }),
  computed: ["registryId"],
  replaces: [],
  create: (_inputs, call) => ({ id: call.account, outputs: { registryId: call.account } }),
  update: () => ({}),
};

import { z } from "zod";
import { arn } from "../../core/ids.ts";
import { retried } from "../../core/wait.ts";
import { type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";

export const cluster: ResourceType = {
  token: "aws:ecs/cluster:Cluster",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    settings: z
      .array(
        z.strictObject({ name: z.literal("containerInsights"), value: z.enum(["enabled", "disabled", "enhanced"]) }),
      )
      .optional(),
  }),
  autoname: { property: "name", max: 255 },
  computed: ["arn", "tagsAll"],
  replaces: ["name"],
  create: (inputs, call) => {
    const id = arn("ecs", call, `cluster/${inputs.name}`);
    return { id, outputs: { arn: id, ...tagsAll(inputs, call) } };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) =>
    retried(3_000, () => {
      if (call.store.list("aws:ecs/service:Service", call.region).some((s) => s.inputs.cluster === id))
        throw new Error(
          `deleting ECS Cluster (${id}): api error ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.`,
        );
    }),
};

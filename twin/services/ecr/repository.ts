import { z } from "zod";
import { arn } from "../../core/ids.ts";
import { type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";

export const repository: ResourceType = {
  token: "aws:ecr/repository:Repository",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
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

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com` */
export function registryHost(call: { account: string; region: string }): string {
  return `${call.account}.dkr.ecr.${call.region}.amazonaws.com`;
}

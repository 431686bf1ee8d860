import { z } from "zod";
import type { DataSource } from "../../pulumi/define.ts";

/** Source: terraform-provider-aws internal/service/ecr/images_data_source.go. */
export const getImages: DataSource = {
  token: "aws:ecr/getImages:getImages",
  inputs: z.strictObject({
    registryId: z.string().optional(),
    region: z.string().optional(),
    repositoryName: z.string(),
  }),
  read: ({ repositoryName, registryId }, call) => {
    if (!call.store.get("aws:ecr/repository:Repository", repositoryName, call.region))
      throw new Error("reading ECR Images: couldn't find resource");
    const images = call.store
      .readAll("image")
      .filter(({ repository, region }) => repository === repositoryName && region === call.region);
    return {
      id: repositoryName,
      ...{ region: call.region, repositoryName, ...(registryId && { registryId }) },
      imageIds: images.map(({ digest, tag }) => ({ imageDigest: digest, imageTag: tag })),
    };
  },
};

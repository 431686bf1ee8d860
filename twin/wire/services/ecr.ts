/**
 * Amazon ECR, to read. A repository that replication made is there without a resource of the program. Not modelled:
 * sizes, scans, media types, filters.
 * Sources: ECR API reference, also for the errors' words.
 */
import { z } from "zod";
import type { Properties } from "../../store.ts";
import { json11 } from "../protocols/json.ts";
import { AwsError, action, date, page, type Service, whole } from "../service.ts";

const imageId = z.strictObject({ imageDigest: z.string().optional(), imageTag: z.string().optional() });

const describeImages = action(
  {
    registryId: z.string().optional(),
    repositoryName: z.string(),
    imageIds: z.array(imageId).max(100).optional(),
    maxResults: whole(1, 1000).default(100),
    nextToken: z.string().optional(),
  },
  ({ registryId, repositoryName, imageIds, maxResults, nextToken }, { cloud, region, account }) => {
    const images = cloud.store
      .readAll("image")
      .filter((image) => image.region === region && image.repository === repositoryName);
    const made = cloud.store.get("aws:ecr/repository:Repository", repositoryName, region);
    const registry = `in registry with id '${registryId ?? account}'`;
    if ((!made && images.length === 0) || (registryId ?? account) !== account)
      throw new AwsError(
        "RepositoryNotFoundException",
        `The repository with name '${repositoryName}' does not exist ${registry}`,
      );
    const fits = (image: Properties, { imageDigest, imageTag }: z.infer<typeof imageId>) =>
      (imageDigest === undefined || image.digest === imageDigest) && (imageTag === undefined || image.tag === imageTag);
    const absent = imageIds?.find((id) => !images.some((image) => fits(image, id)));
    if (absent)
      throw new AwsError(
        "ImageNotFoundException",
        `The image with imageId {imageDigest:'${absent.imageDigest ?? "null"}', imageTag:'${absent.imageTag ?? "null"}'} ` +
          `does not exist within the repository with name '${repositoryName}' ${registry}`,
      );
    const asked = images.filter((image) => !imageIds || imageIds.some((id) => fits(image, id)));
    const { items, next } = page(asked, maxResults, nextToken);
    return {
      imageDetails: items.map(({ digest, tag, pushedAt }) => ({
        registryId: account,
        repositoryName,
        imageDigest: digest,
        imageTags: tag === undefined ? undefined : [tag],
        imagePushedAt: date(pushedAt),
      })),
      nextToken: next,
    };
  },
);

export const ecr: Service = {
  name: "ecr",
  protocols: [json11],
  target: "AmazonEC2ContainerRegistry_V20150921",
  invalid: "InvalidParameterException",
  actions: { DescribeImages: describeImages },
};

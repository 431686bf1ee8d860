/**
 * Amazon ECR, to read and to delete images. A repository that replication made is there without a resource of the program. Not modelled:
 * sizes, scans, media types, filters.
 * Sources: ECR API reference, also for the errors' words.
 */
import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { type ApiCall, action, date, page, type Service, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";

const imageId = z.strictObject({ imageDigest: z.string().optional(), imageTag: z.string().optional() });
type ImageId = z.infer<typeof imageId>;

const repository = { registryId: z.string().optional(), repositoryName: z.string() };

const fits = (image: Properties, { imageDigest, imageTag }: ImageId): boolean =>
  (imageDigest === undefined || image.digest === imageDigest) && (imageTag === undefined || image.tag === imageTag);

/** @throws AwsError where the registry has no such repository in the region */
function imagesOf(
  { registryId, repositoryName }: { registryId?: string | undefined; repositoryName: string },
  call: ApiCall,
) {
  const { store, region, account } = call;
  const images = store
    .readAll("image")
    .filter((image) => image.region === region && image.repository === repositoryName);
  const made = store.get("aws:ecr/repository:Repository", repositoryName, region);
  const registry = registryId ?? account;
  if ((!made && images.length === 0) || registry !== account)
    throw new AwsError(
      "RepositoryNotFoundException",
      `The repository with name '${repositoryName}' does not exist in the registry with id '${registry}'`,
    );
  return images;
}

const describeImages = action(
  {
    ...repository,
    imageIds: z.array(imageId).max(100).optional(),
    maxResults: whole(1, 1000).default(100),
    nextToken: z.string().optional(),
  },
  ({ imageIds, maxResults, nextToken, ...where }, call) => {
    const images = imagesOf(where, call);
    const absent = imageIds?.find((id) => !images.some((image) => fits(image, id)));
    if (absent)
      throw new AwsError(
        "ImageNotFoundException",
        `The image with imageId {imageDigest:'${absent.imageDigest ?? "null"}', imageTag:'${absent.imageTag ?? "null"}'} ` +
          `does not exist within the repository with name '${where.repositoryName}' in the registry with id '${call.account}'`,
      );
    const asked = images.filter((image) => !imageIds || imageIds.some((id) => fits(image, id)));
    const { items, next } = page(asked, maxResults, nextToken);
    return {
      imageDetails: items.map(({ digest, tag, pushedAt }) => ({
        registryId: call.account,
        repositoryName: where.repositoryName,
        imageDigest: digest,
        imageTags: tag === undefined ? undefined : [tag],
        imagePushedAt: date(pushedAt),
      })),
      nextToken: next,
    };
  },
);

const describeRepositories = action(
  {
    registryId: z.string().optional(),
    repositoryNames: z.array(z.string()).max(100).optional(),
    maxResults: whole(1, 1000).default(100),
    nextToken: z.string().optional(),
  },
  ({ repositoryNames, maxResults, nextToken, registryId }, call) => {
    for (const repositoryName of repositoryNames ?? []) imagesOf({ registryId, repositoryName }, call);
    const all = call.store
      .list("aws:ecr/repository:Repository", call.region)
      .map(({ outputs }) => outputs)
      .filter(({ name }) => repositoryNames?.includes(name) ?? true);
    const { items, next } = page(all, maxResults, nextToken);
    return {
      repositories: items.map(({ arn, name, repositoryUrl, imageTagMutability, imageScanningConfiguration }) => ({
        ...{ repositoryArn: arn, registryId: call.account, repositoryName: name, repositoryUri: repositoryUrl },
        ...{ imageTagMutability, imageScanningConfiguration: imageScanningConfiguration ?? { scanOnPush: false } },
      })),
      nextToken: next,
    };
  },
);

const listImages = action(
  {
    ...repository,
    filter: z.strictObject({ tagStatus: z.enum(["TAGGED", "UNTAGGED", "ANY"]).default("ANY") }).optional(),
    maxResults: whole(1, 1000).default(100),
    nextToken: z.string().optional(),
  },
  ({ filter, maxResults, nextToken, ...where }, call) => {
    const wanted = filter?.tagStatus ?? "ANY";
    const images = imagesOf(where, call).filter(
      ({ tag }) => wanted === "ANY" || (tag === undefined) === (wanted === "UNTAGGED"),
    );
    const { items, next } = page(images, maxResults, nextToken);
    return { imageIds: items.map(({ digest, tag }) => ({ imageDigest: digest, imageTag: tag })), nextToken: next };
  },
);

/** Nothing scans the twin's images. */
const describeImageScanFindings = action({ ...repository, imageId }, ({ imageId: id, ...where }, call) => {
  imagesOf(where, call);
  const image = `{imageDigest:'${id.imageDigest ?? "null"}', imageTag:'${id.imageTag ?? "null"}'}`;
  throw new AwsError(
    "ScanNotFoundException",
    `Image scan does not exist for the image with '${image}' in the repository with name '${where.repositoryName}' in the registry with id '${call.account}'`,
  );
});

/** In this region alone: replication copies pushes, no deletions (ECR user guide, replication). */
const batchDeleteImage = action(
  { ...repository, imageIds: z.array(imageId).min(1).max(100) },
  ({ imageIds, ...where }, call) => {
    const images = imagesOf(where, call);
    const found = images.filter((image) => imageIds.some((id) => fits(image, id)));
    for (const { region, repository, digest } of found) call.store.erase("image", `${region}/${repository}@${digest}`);
    const absent = imageIds.filter((id) => !images.some((image) => fits(image, id)));
    return {
      imageIds: found.map(({ digest, tag }) => ({ imageDigest: digest, imageTag: tag })),
      failures: absent.map((id) => ({
        imageId: id,
        failureCode: "ImageNotFound",
        failureReason: "Requested image not found",
      })),
    };
  },
);

export const ecr: Service = {
  name: "ecr",
  protocols: [json11],
  target: "AmazonEC2ContainerRegistry_V20150921",
  invalid: "InvalidParameterException",
  actions: {
    BatchDeleteImage: batchDeleteImage,
    DescribeImageScanFindings: describeImageScanFindings,
    DescribeImages: describeImages,
    DescribeRepositories: describeRepositories,
    ListImages: listImages,
  },
};

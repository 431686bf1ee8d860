/**
 * Where the image comes from: staging builds it once for a release and pushes it; the registry replicates it to the
 * other regions; what runs it names its digest.
 */
import * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { digestOf, registryHost, repositoryName, taggedImage } from "./names.ts";

export interface RegistryArgs {
  /** AWS account that holds the registry, 12 digits. */
  readonly account: string;
  /** AWS region the image is pushed to. */
  readonly region: string;
  /** Further AWS regions that pull it. */
  readonly replicateTo: readonly string[];
  /** The release that the image is of; its tag. */
  readonly release: string;
  /** The image that was built for this release before, or what it is built from now. */
  readonly image: { readonly digest: string } | Build;
  readonly deletionProtection: boolean;
}

export interface Build {
  /** Folder of the service and its Dockerfile, absolute. */
  readonly context: string;
  /** The credentials for a push to the registry; valid for some hours. */
  readonly login: { readonly userName: string; readonly password: string };
}

/** The registry of images: staging's own, replicated to the other regions. */
export class Registry extends pulumi.ComponentResource {
  /** Digest of the release's image, `sha256:…`. */
  readonly digest: pulumi.Output<string>;

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Registry", name, {}, opts);

    const repository = createRepository(name, args, this);
    forgetOldImages(name, repository, this);
    const replicas = args.replicateTo.map((region) => {
      const replica = createRepository(`${name}-${region}`, args, this, region);
      forgetOldImages(`${name}-${region}`, replica, this, region);
      return replica;
    });
    const replication = replicate(name, args, replicas, this);
    this.digest =
      "digest" in args.image
        ? pulumi.output(args.image.digest)
        : buildImage(name, args, args.image, [repository, replication], this).repoDigest.apply(digestOf);
    this.registerOutputs({ digest: this.digest });
  }
}

/**
 * A tag is written once: what a release was verified with cannot be pushed over. Replicas too are made here: replication
 * copies images and no settings (docs/decisions/0053-replicas-are-repositories-of-the-program.md).
 *
 * @param region of a replica
 */
function createRepository(name: string, args: RegistryArgs, parent: Registry, region?: string): aws.ecr.Repository {
  return new aws.ecr.Repository(
    name,
    {
      ...(region !== undefined && { region }),
      name: repositoryName,
      imageTagMutability: "IMMUTABLE",
      // A repository that still holds images is deleted only where it already says so.
      forceDelete: !args.deletionProtection,
      imageScanningConfiguration: { scanOnPush: true },
    },
    { parent, protect: args.deletionProtection },
  );
}

/**
 * By number alone, far beyond the 50 releases that staging's ledger knows: ECR does not check whether a container still runs
 * an image, and one may run unchanged for years. What has no tag is no release's; ECR keeps such parts of an image that
 * has one (ECR user guide, "Lifecycle policy evaluation rules").
 *
 * @param region of a replica
 */
function forgetOldImages(name: string, repository: aws.ecr.Repository, parent: Registry, region?: string): void {
  const rules = [
    {
      rulePriority: 1,
      description: "What no release has",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: "Releases that no rollback can return to",
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1000 },
      action: { type: "expire" },
    },
  ];
  new aws.ecr.LifecyclePolicy(
    name,
    {
      ...{ repository: repository.name, policy: JSON.stringify({ rules }) },
      ...(region !== undefined && { region }),
    },
    { parent },
  );
}

/** Replication copies what is pushed after it is set, so the image waits for it; a replica that is not there it makes itself. */
function replicate(
  name: string,
  { account, replicateTo }: RegistryArgs,
  replicas: aws.ecr.Repository[],
  parent: Registry,
): aws.ecr.ReplicationConfiguration {
  return new aws.ecr.ReplicationConfiguration(
    name,
    {
      replicationConfiguration: {
        rules: [
          {
            destinations: replicateTo.map((region) => ({ region, registryId: account })),
            repositoryFilters: [{ filter: repositoryName, filterType: "PREFIX_MATCH" }],
          },
        ],
      },
    },
    { parent, dependsOn: replicas },
  );
}

/**
 * Registered only by an update that builds. The provider hashes the build context in every Check and does not look at
 * `ignoreChanges` in its Diff (pulumi-docker provider/provider.go, #715): an image that stays registered is built again
 * from whatever the folder holds, under a tag that was pushed already. When it is no longer registered nothing of it is
 * deleted, and no Docker daemon is asked.
 */
function buildImage(
  name: string,
  args: RegistryArgs,
  { context, login }: Build,
  dependsOn: pulumi.Resource[],
  parent: Registry,
): docker.Image {
  return new docker.Image(
    `${name}-image`,
    {
      imageName: taggedImage(args, args.release),
      build: { context, dockerfile: `${context}/Dockerfile`, platform: "linux/amd64" },
      registry: {
        server: registryHost(args),
        username: login.userName,
        password: pulumi.secret(login.password),
      },
    },
    { parent, dependsOn, retainOnDelete: true },
  );
}

/**
 * Names that more than one file must spell the same way. Pure: no engine, no AWS.
 */

/** The one ECR repository, and the prefix by which its replication picks it out. */
export const repositoryName = "order-queue";

/** The managed policy beyond which no role of the program can go; it is created manually, before the first deployment (docs/aws.md). */
export const boundaryName = "order-queue-boundary";

/** ARN of the permissions boundary in an account. */
export function boundaryArn(account: string): string {
  return `arn:aws:iam::${account}:policy/${boundaryName}`;
}

/** What the names of all ERPs' credentials begin with, which the boundary goes by. */
export const erpSecretPrefix = "order-queue/";

/** What the names of one stack's begin with: its containers may fetch these, and no other stack's. */
export function erpSecretsOf(stack: string): string {
  return `${erpSecretPrefix}${stack}/`;
}

/** The store of synthetic orders, those of verification and canary (service/order.ts). */
export const syntheticStore = "synthetic";

/** Name of the secret with which a store's orders are signed, as service/inbound-secrets.ts puts it together. */
export function inboundSecretName(stack: string, store: string): string {
  return `${inboundSecretsOf(stack)}/${store}/inbound`;
}

/** What those of one stack begin with. */
export function inboundSecretsOf(stack: string): string {
  return `${erpSecretPrefix}${stack}`;
}

/** An image is named by what it is (its digest), never by a tag, which can be moved. */
export interface ImageAddress {
  /** AWS account that holds the registry, 12 digits. */
  readonly account: string;
  /** AWS region the image is pulled from; the registry replicates to each of them. */
  readonly region: string;
}

/** Host name of an account's private registry in one region. */
export function registryHost({ account, region }: ImageAddress): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}

/** What staging pushes: the repository's immutable tag is the release. */
export function taggedImage(address: ImageAddress, release: string): string {
  return `${registryHost(address)}/${repositoryName}:${release}`;
}

/** What a container runs: the repository by digest. */
export function imageByDigest(address: ImageAddress, digest: string): string {
  return `${registryHost(address)}/${repositoryName}@${digest}`;
}

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * The digest in `repository@sha256:…`.
 *
 * @throws Error where there is none: the docker provider has been seen to answer `<none>@<none>`
 * (pulumi-docker#1015), and a container must never be started from that.
 */
export function digestOf(repoDigest: string): string {
  const digest = repoDigest.slice(repoDigest.indexOf("@") + 1);
  if (!digestPattern.test(digest)) {
    throw new Error(
      `The pushed image has no digest: got ${JSON.stringify(repoDigest)}, expected REPOSITORY@sha256:… ` +
        "(64 hexadecimal digits). See that the push to ECR ended, delete the image's tag if it is half there, and run the up again.",
    );
  }
  return digest;
}

/** The ARN of the repository in a region, also where replication made it and no stack holds it. */
export function repositoryArn({ account, region }: ImageAddress): string {
  return `arn:aws:ecr:${region}:${account}:repository/${repositoryName}`;
}

/**
 * Which image a stack runs: staging builds a release's image, once; production takes what staging verified.
 */
import * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Registry } from "../infra/image.ts";
import { repositoryName } from "../infra/names.ts";
import type { Verdict } from "./gate.ts";
import { builtImage, verifiedAs } from "./ledger.ts";
import type { Records } from "./records.ts";
import { replicaRegions, type StackEntry } from "./registry.ts";
import type { Settings } from "./settings.ts";

export interface ImageRequest {
  readonly stack: StackEntry;
  readonly settings: Settings;
  readonly release: string;
  readonly records: Records;
  readonly verdict: Verdict;
  /** Folder of the service, absolute. */
  readonly context: string;
  readonly provider: aws.Provider;
}

/**
 * Digest of the image, `sha256:…`; in a preview perhaps not known yet.
 *
 * @throws RunError where an update of production finds none
 */
export async function provideImage(request: ImageRequest): Promise<pulumi.Output<string>> {
  if (request.stack.role === "staging") return buildImage(request);
  const digest = knownDigest(request);
  if (digest === undefined && !pulumi.runtime.isDryRun()) {
    throw new pulumi.RunError(
      `No image of release ${request.release} was ever built, and ${request.stack.name} runs none; nothing was ` +
        "registered: run npx order-queue release.",
    );
  }
  return pulumi.output(digest ?? (pulumi.unknown as unknown as string));
}

async function buildImage(request: ImageRequest): Promise<pulumi.Output<string>> {
  const { stack, settings, release, context, provider } = request;
  const digest = await findImage(request);
  const registryId = settings.account;
  const image =
    digest === undefined
      ? { context, login: await aws.ecr.getAuthorizationToken({ registryId }, { provider }) }
      : { digest };
  const registry = new Registry(
    `${stack.name}-registry`,
    { ...settings, replicateTo: replicaRegions, release, image },
    // Without the image no provider asks for a Docker daemon.
    { providers: "digest" in image ? [provider] : [provider, new docker.Provider("docker")] },
  );
  return registry.digest;
}

/**
 * The digest that the release has in the ledger or, where no update was verified with it, in the registry: its tag was
 * pushed, and cannot be pushed again. Before the first verified update there may be no repository to ask.
 */
async function findImage({ settings, release, records, provider }: ImageRequest): Promise<string | undefined> {
  const { ledger } = records.own;
  if (ledger.images.length === 0) return undefined;
  const known = builtImage(ledger, release);
  if (known !== undefined) return known;
  const registry = { registryId: settings.account, repositoryName };
  const { imageIds } = await aws.ecr.getImages(registry, { provider });
  return imageIds.find(({ imageTag }) => imageTag === release)?.imageDigest;
}

/** With broken glass the containers may stay as they are: what cannot wait is then in the infrastructure around them. */
function knownDigest({ records: { own, staging }, release, verdict }: ImageRequest): string | undefined {
  const proved = verifiedAs(staging.ledger, release) ?? verifiedAs(own.ledger, release);
  if (proved || verdict.brokenGlass === undefined) return proved?.image;
  return builtImage(staging.ledger, release) ?? own.image;
}

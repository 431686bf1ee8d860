/**
 * Which image a stack runs: staging builds a release's image, once; production takes what staging verified.
 */
import * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Registry } from "../infra/image.ts";
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
  const { stack, settings, release, records, context, provider } = request;
  const login = await aws.ecr.getAuthorizationToken({ registryId: settings.account }, { provider });
  const built = builtImage(records.own.ledger, release);
  const registry = new Registry(
    `${stack.name}-registry`,
    { ...settings, replicateTo: replicaRegions, release, context, built, login },
    { providers: [provider, new docker.Provider("docker")] },
  );
  return registry.digest;
}

/** With broken glass the containers may stay as they are: what cannot wait is then in the infrastructure around them. */
function knownDigest({ records: { own, staging }, release, verdict }: ImageRequest): string | undefined {
  const proved = verifiedAs(staging.ledger, release) ?? verifiedAs(own.ledger, release);
  if (proved || verdict.brokenGlass === undefined) return proved?.image;
  return builtImage(staging.ledger, release) ?? own.image;
}

/**
 * Which image a stack runs: staging builds a release's image, once; production takes what staging built.
 */
import type * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Registry } from "../infra/image.ts";
import { type BuiltImage, digestFor, enter, readLedger } from "./ledger.ts";
import { replicaRegions, type StackEntry, staging } from "./registry.ts";
import type { Settings } from "./settings.ts";

/** What is known of a release's image before anything is registered. */
export interface FoundImage {
  /** Every image that staging has built. */
  readonly ledger: readonly BuiltImage[];
  /** Digest of this release's image; undefined if none was built yet. */
  readonly built: string | undefined;
}

export interface ImageRequest {
  readonly stack: StackEntry;
  readonly settings: Settings;
  readonly release: string;
  readonly found: FoundImage;
  /** Folder of the service, absolute. */
  readonly context: string;
  readonly provider: aws.Provider;
}

export interface ProvidedImage {
  /** `sha256:…`; in a preview perhaps not known yet. */
  readonly digest: pulumi.Output<string>;
  /** Staging's ledger, this release at its head; only staging has it. */
  readonly images?: pulumi.Output<BuiltImage[]>;
}

/**
 * Looks the release up in what staging recorded in its last update; staging itself reads its own record.
 *
 * @throws RunError where production is to run what staging has not built; a preview only warns
 */
export async function findImage({ name, role }: StackEntry, release: string): Promise<FoundImage> {
  const record = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${staging.name}`);
  const ledger = readLedger(await record.getOutputValue("images"));
  const built = digestFor(ledger, release);
  if (built === undefined && role === "production") {
    const problem = `${staging.name} has built no image of release ${release}`;
    const mend = `run pulumi up -s ${staging.name} of the same files first, then ${name} again`;
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(`${problem}; nothing was registered: ${mend}.`);
    await pulumi.log.warn(`${problem}; an update would be refused: ${mend}.`);
  }
  return { ledger, built };
}

/** The image of the release: built in staging where it was not before, only named in production. */
export function provideImage(request: ImageRequest): ProvidedImage {
  return request.stack.role === "staging" ? buildImage(request) : { digest: named(request.found) };
}

function buildImage({ stack, settings, release, found, context, provider }: ImageRequest): ProvidedImage {
  const registry = new Registry(
    `${stack.name}-registry`,
    { ...settings, replicateTo: replicaRegions, release, context, built: found.built },
    { providers: [provider, new docker.Provider("docker")] },
  );
  return {
    digest: registry.digest,
    images: registry.digest.apply((digest) => enter(found.ledger, { release, digest })),
  };
}

/** Not found, in a preview, is a value that is not known yet. */
function named({ built }: FoundImage): pulumi.Output<string> {
  return pulumi.output(built ?? (pulumi.unknown as unknown as string));
}

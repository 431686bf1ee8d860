import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../core/store.ts";
import type { Image } from "./runtime.ts";

/** `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY@sha256:…`, a tag before the digest allowed. */
const reference = /^(\d+\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com)\/([^:@]+)(?::[^@]+)?@(sha256:[0-9a-f]{64})$/;

/** What an image's name says. @throws Error CannotPullContainerError for any other form */
export function imageParts(name: string): { host: string; region: string; repository: string; digest: string } {
  const [, host, region, repository, digest] = reference.exec(name) ?? [];
  if (!host || !region || !repository || !digest)
    throw new Error(`CannotPullContainerError: ${name}: the twin pulls from ECR by digest only`);
  return { host, region, repository, digest };
}

/**
 * Finds the image that a container definition names: a document `image` by `REGION/REPOSITORY@DIGEST` says that the
 * region's registry has it, `images/sha256-…/` holds its files with an `image.json`.
 * @throws Error CannotPullContainerError, as ECS words it
 */
export function pull(store: Store, directory: string, name: string): Image {
  const { region, repository, digest } = imageParts(name);
  if (!store.read("image", `${region}/${repository}@${digest}`))
    throw new Error(
      "CannotPullContainerError: pull image manifest has been retried 1 time(s): " +
        `failed to resolve ref ${name}: ${name}: not found`,
    );
  const files = join(directory, "images", digest.replace(":", "-"));
  const config = JSON.parse(readFileSync(join(files, "image.json"), "utf8"));
  return {
    digest,
    directory: files,
    entrypoint: config.entrypoint ?? [],
    cmd: config.cmd ?? [],
    env: config.env ?? {},
    engineId: config.engineId,
  };
}

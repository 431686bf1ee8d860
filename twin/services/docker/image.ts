/**
 * `docker.Image`: builds service/ and pushes it to the twin's ECR, which keeps images by digest. What builds them, a Docker
 * Engine or none, is the container runtime's business (containers/).
 * Not modelled: build arguments, targets, caches, other registries than the account's ECR.
 * Sources: pulumi-docker provider/provider.go (Check, Diff), provider/image.go (repoDigest, registry); ECR API reference
 * (immutable tags).
 */
import { createHash, randomUUID } from "node:crypto";
import { cpSync, existsSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import type { ContainerRuntime } from "../../containers/runtime.ts";
import type { Properties } from "../../core/store.ts";
import type { ResourceCall, ResourceType } from "../../pulumi/define.ts";
import { contextFiles } from "./context.ts";
import { imageConfig } from "./dockerfile.ts";

export type DockerCall = ResourceCall & {
  runtime: Pick<ContainerRuntime, "build">;
  /** Where the twin's files are. */
  directory: string;
  ecr: { pushed(repository: string, region: string): void };
};

export const image: ResourceType<DockerCall> = {
  token: "docker:index/image:Image",
  scope: "global",
  inputs: z.strictObject({
    imageName: z.string(),
    skipPush: z.literal(false),
    buildOnPreview: z.literal(false),
    build: z.strictObject({
      context: z.string(),
      contextDigest: z.string().optional(),
      dockerfile: z.string().optional(),
      platform: z.enum(["linux/amd64", "linux/arm64"]).optional(),
    }),
    registry: z.strictObject({ server: z.string(), username: z.string(), password: z.string() }),
  }),
  defaults: { skipPush: false, buildOnPreview: false },
  computed: ["baseImageName", "registryServer", "repoDigest"],
  replaces: [],
  completed: ({ build: options, ...inputs }) => ({
    ...inputs,
    build: { ...options, contextDigest: contextDigest(options) },
  }),
  // Credentials change with every update, and build nothing.
  normal: { registry: (registry) => (registry as Properties | undefined)?.server },
  create: async (inputs, call) => {
    const outputs = await buildAndPush(inputs, call);
    return { id: outputs.imageName, outputs };
  },
  update: (_id, _state, inputs, call) => buildAndPush(inputs, call),
};

/**
 * Hash of the files that a build would see, with their modes. The provider makes it in every Check, also of an image whose
 * changes the program ignores.
 *
 * @throws Error as the provider's Check does
 */
function contextDigest(options: Properties): string {
  const { context, dockerfile } = placesOf(options);
  if (!existsSync(dockerfile)) {
    const { dockerfile: given = dockerfile } = options;
    const form = isAbsolute(given) ? "absolute" : "relative";
    throw new Error(`could not open dockerfile at ${form} path ${given}: stat ${given}: no such file or directory`);
  }
  const hash = createHash("sha256").update(readFileSync(dockerfile));
  for (const name of contextFiles(context)) {
    const path = join(context, name);
    hash.update(`\0${name}\0${statSync(path).mode}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

/** Where a build's files are; the Dockerfile is the context's own by default (provider/image.go, marshalBuildAndApplyDefaults). */
function placesOf({ context, dockerfile }: Properties): { context: string; dockerfile: string } {
  const folder = resolve(context);
  return { context: folder, dockerfile: dockerfile ? resolve(dockerfile) : join(folder, "Dockerfile") };
}

/** @throws what `docker build` or `docker push` would print */
async function buildAndPush(inputs: Properties, call: DockerCall): Promise<Properties> {
  const { imageName } = inputs;
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([a-z0-9._/-]+):([\w.-]+)$/.exec(imageName);
  if (!match)
    throw new Error(
      `imageName '${imageName}': the twin knows the account's ECR only, ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG`,
    );
  const [, , region = "", repository = "", tag = ""] = match;
  const { store } = call;
  const found = store.get("aws:ecr/repository:Repository", repository, region);
  if (!found)
    throw new Error(
      `error pushing image: name unknown: The repository with name '${repository}' does not exist in the registry with id '${call.account}'`,
    );
  const digest = await build(imageName, inputs.build, call);
  const holder = store
    .readAll("image")
    .find((i) => i.region === region && i.repository === repository && i.tag === tag);
  if (holder && holder.digest !== digest && found.inputs.imageTagMutability === "IMMUTABLE")
    throw new Error(
      `error pushing image: tag invalid: The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the repository is immutable.`,
    );
  const replicas = store
    .list("aws:ecr/replicationConfiguration:ReplicationConfiguration", region)
    .flatMap((r) => r.inputs.replicationConfiguration.rules)
    .filter((rule) => (rule.repositoryFilters ?? []).every((f: Properties) => repository.startsWith(f.filter)))
    .flatMap((rule) => rule.destinations.map((d: Properties) => d.region));
  for (const place of [region, ...replicas])
    store.write("image", `${place}/${repository}@${digest}`, {
      region: place,
      repository,
      tag,
      digest,
      pushedAt: new Date().toISOString(),
    });
  for (const place of [region, ...replicas]) call.ecr.pushed(repository, place);
  const name = imageName.slice(0, imageName.lastIndexOf(":"));
  return {
    baseImageName: imageName,
    imageName,
    registryServer: inputs.registry.server,
    repoDigest: `${name}@${digest}`,
  };
}

/** Builds it, keeps its files under its digest and returns that; files that are there already are left as they are. */
async function build(name: string, options: Properties, { runtime, directory }: DockerCall): Promise<string> {
  const { context, dockerfile } = placesOf(options);
  if (!existsSync(dockerfile))
    throw new Error(`failed to read dockerfile: open ${dockerfile}: no such file or directory`);
  const config = imageConfig(readFileSync(dockerfile, "utf8"));
  const draft = join(directory, "images", `draft-${randomUUID()}`);
  const files = contextFiles(context);
  for (const file of files) cpSync(join(context, file), join(draft, file));
  cpSync(dockerfile, join(draft, "Dockerfile"));
  try {
    const all = [...new Set([...files, "Dockerfile"])].sort();
    const built = await runtime.build({ name, context: draft, files: all, platform: options.platform });
    const target = join(directory, "images", built.digest.replace(":", "-"));
    if (!existsSync(target)) {
      const modules = nearest(context, "node_modules");
      if (modules && !existsSync(join(draft, "node_modules"))) symlinkSync(modules, join(draft, "node_modules"));
      writeFileSync(join(draft, "image.json"), JSON.stringify({ ...config, ...built }, null, 2));
      renameSync(draft, target);
    }
    return built.digest;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function nearest(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return join(folder, name);
    if (dirname(folder) === folder) return undefined;
  }
}

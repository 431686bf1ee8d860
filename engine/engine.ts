/** Finds a Pulumi engine, or installs one: PATH, the official installer, a build with Go, in that order. */
import { delimiter, dirname, join } from "node:path";
import { build, buildOf, goNeeded, keyOf } from "./build.ts";
import { cacheFolder, officialKey } from "./cache.ts";
import { type Facts, nextStep, passedOver, type Source } from "./choice.ts";
import { install, rememberedFailure } from "./installer.ts";
import { startsPolicyPacks } from "./language-host-probe.ts";
import { isExecutable, languageHostOf, lookForGo, lookOnPath } from "./look.ts";
import { supported } from "./versions.ts";

export interface Engine {
  /** Path of the `pulumi` executable. */
  pulumi: string;
  source: Source;
  /** E.g. "3.276.0". */
  version: string;
  /** Folder of the executable; its plugins lie beside it. */
  binDirectory: string;
  /** What every process that runs `pulumi` needs in its environment, beside its own. */
  environment: Record<string, string>;
}

/** No engine was found; the message lists what was tried, each with its fix, and is shown without a stack trace. */
export class NoEngine extends Error {
  override readonly name = "NoEngine";
}

const root = dirname(import.meta.dirname);
const sources = import.meta.dirname;
/** Where the executables of engine/bin find what they run. */
const besides = { ORDER_QUEUE_ENGINE: sources };

/**
 * Instant when an engine is on PATH or in the cache; the first time, with Go, it takes some minutes.
 *
 * @param options.onProgress gets a line for everything that is not used, tried or waited for
 * @throws {NoEngine}
 */
export async function findEngine(options: { onProgress?: (line: string) => void } = {}): Promise<Engine> {
  const onProgress = options.onProgress ?? (() => {});
  const versions = supported();
  const cache = cacheFolder();
  const built = buildOf("newest", versions.newest);
  const folders = { installer: join(cache, officialKey(versions.newest)), "go build": join(cache, keyOf(built)) };
  const remembered = rememberedFailure(cache);
  const facts: Facts = {
    supported: versions,
    goNeeded: goNeeded(built),
    onPath: await lookOnPath(),
    inCache: {},
    go: await lookForGo(),
    failed: remembered === undefined ? {} : { installer: remembered },
  };
  for (const line of passedOver(facts)) onProgress(`Not used: ${line}`);
  for (;;) {
    for (const source of ["installer", "go build"] as const) {
      if (isExecutable(join(folders[source], "bin", "pulumi"))) facts.inCache[source] = join(folders[source], "bin");
    }
    const step = nextStep(facts);
    switch (step.do) {
      case "use":
        return engineAt(step.pulumi, step.source, step.version);
      case "install":
        facts.failed.installer = await outcome(
          install({ cache, folder: folders.installer, version: versions.newest, root, onProgress }),
        );
        break;
      case "build":
        facts.failed.build = await outcome(build(built, folders["go build"], onProgress));
        break;
      case "refuse":
        throw new NoEngine(step.message);
    }
  }
}

/** Why there is no engine yet after an attempt. After a successful one the cache holds it, which goes before this. */
async function outcome(attempt: Promise<void>): Promise<string> {
  try {
    await attempt;
    return "it succeeded but left no engine. Fix: run the same command again.";
  } catch (error) {
    return (error as Error).message;
  }
}

async function engineAt(pulumi: string, source: Source, version: string): Promise<Engine> {
  const binDirectory = dirname(pulumi);
  const nodeFirst = [join(root, "node_modules", ".bin"), binDirectory, process.env.PATH ?? ""].join(delimiter);
  const plugins = join(sources, "bin");
  // The engine prefers PATH to its own folder: what an engine carries itself goes first where it is of any use.
  const searchPath = (await isComplete(pulumi, source, nodeFirst))
    ? [nodeFirst, plugins]
    : [join(root, "node_modules", ".bin"), ...(source === "go build" ? [] : [plugins]), nodeFirst, plugins];
  return {
    pulumi,
    source,
    version,
    binDirectory,
    environment: {
      // Node 24 first, because a language host starts whatever `node` is.
      PATH: [...new Set(searchPath.join(delimiter).split(delimiter).filter(Boolean))].join(delimiter),
      ...besides,
      // The same for the program and the dynamic providers that the engine starts as for cli/run.mjs's target.
      NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "compiled"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  };
}

/** Whether the engine comes with a language host that starts policy packs; a build from source has none, or an old one. */
async function isComplete(pulumi: string, source: Source, searchPath: string): Promise<boolean> {
  if (source !== "PATH") return source === "installer";
  // Ours is on PATH after `order-queue env`.
  const others = searchPath.split(delimiter).filter((folder) => folder !== join(sources, "bin"));
  const languageHost = languageHostOf(pulumi, others.join(delimiter));
  return languageHost !== undefined && (await startsPolicyPacks(languageHost, { ...process.env, ...besides }));
}

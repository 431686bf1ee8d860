/** Finds a Pulumi engine, or gets one: PATH, the official installer, a build with Go, in that order. */
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { build, parts } from "./engine/build.ts";
import { buildKey, cacheFolder, officialKey } from "./engine/cache.ts";
import { type Facts, nextStep, passedOver, type Source } from "./engine/choice.ts";
import { install, rememberedFailure } from "./engine/installer.ts";
import { isExecutable, lookForGo, lookOnPath } from "./engine/look.ts";

export interface Engine {
  /** Path of the `pulumi` executable. */
  pulumi: string;
  source: Source;
  /** E.g. "3.245.0". */
  version: string;
  /** Folder of the executable; its plugins lie beside it. */
  binDirectory: string;
  /** What every process that runs `pulumi` needs in its environment, beside its own. */
  environment: Record<string, string>;
}

/** No engine can be had; the message lists what was tried and what would mend each, and is shown without a stack trace. */
export class NoEngine extends Error {
  override readonly name = "NoEngine";
}

const root = dirname(import.meta.dirname);
const sources = join(import.meta.dirname, "engine");

/**
 * Instant when an engine is on PATH or was got before; the first time, with Go, it takes some minutes.
 *
 * @param options.onProgress gets a line for every thing that is passed over, tried or waited for
 * @throws {NoEngine}
 */
export async function findEngine(options: { onProgress?: (line: string) => void } = {}): Promise<Engine> {
  const onProgress = options.onProgress ?? (() => {});
  const pin = pinnedVersion();
  const cache = cacheFolder();
  const folders = {
    installer: join(cache, officialKey(pin)),
    "go build": join(
      cache,
      buildKey(
        sources,
        pin,
        parts(pin).flatMap((part) => part.flags),
      ),
    ),
  };
  const remembered = rememberedFailure(cache);
  const facts: Facts = {
    pin,
    goNeeded: neededGo(),
    onPath: await lookOnPath(),
    inCache: {},
    go: await lookForGo(),
    failed: remembered === undefined ? {} : { installer: remembered },
  };
  for (const line of passedOver(facts)) onProgress(`Passed over: ${line}.`);
  for (;;) {
    for (const source of ["installer", "go build"] as const) {
      if (isExecutable(join(folders[source], "bin", "pulumi"))) facts.inCache[source] = join(folders[source], "bin");
    }
    const step = nextStep(facts);
    switch (step.do) {
      case "use":
        return engineAt(step.pulumi, step.source, step.version);
      case "install":
        facts.failed.installer = await outcome(install({ cache, folder: folders.installer, pin, root, onProgress }));
        break;
      case "build":
        facts.failed.build = await outcome(build({ sources, folder: folders["go build"], pin, onProgress }));
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
    return "it ended well but left no engine. Run the same command again.";
  } catch (error) {
    return (error as Error).message;
  }
}

function engineAt(pulumi: string, source: Source, version: string): Engine {
  const binDirectory = dirname(pulumi);
  // Node 24 first, for the language host starts whatever `node` is; then the engine; last what an engine may lack.
  const searchPath = [join(root, "node_modules", ".bin"), binDirectory, process.env.PATH ?? "", join(sources, "bin")];
  return {
    pulumi,
    source,
    version,
    binDirectory,
    environment: {
      PATH: [...new Set(searchPath.join(delimiter).split(delimiter).filter(Boolean))].join(delimiter),
      // The same for the program and the dynamic providers that the engine starts as for setup/run.mjs's target.
      NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "compiled"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The program is type-checked once, by `npm test`; an older language host would do it again on every run.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    },
  };
}

function pinnedVersion(): string {
  const file = join(root, "node_modules", "@pulumi", "pulumi", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function neededGo(): string {
  const file = join(sources, "cli", "go.mod");
  const line = /^go (\S+)$/m.exec(readFileSync(file, "utf8"));
  if (!line?.[1]) throw new Error(`${file} has no "go" line`);
  return line[1];
}

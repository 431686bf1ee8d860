/**
 * The policy pack and the dynamic provider of the project whose program is in the working folder, in one process for all the
 * engines of a command, which otherwise start one of each themselves (release/workspace/plugins.ts). Stops with the process
 * that forked it.
 */
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { serveLanguageHost } from "./language-host.ts";

/** What the process that forked this one gets: the environment of its engines, or why the policy pack cannot be loaded. */
export type Started = { environment: Record<string, string> } | { failed: string };

process.on("disconnect", () => process.exit());
const [stacks, pack] = [process.cwd(), resolve("..", "policy")];
const require = createRequire(pathToFileURL(join(pack, "package.json")));

/** The port that a plugin prints once it listens, which is how it tells an engine. */
const printedPort = () =>
  new Promise<number>((resolve) => {
    console.log = (port) => resolve(Number(port));
  });

async function start(): Promise<Started> {
  // The provider expects an engine's address as its only argument, and makes no use of it.
  process.argv = [...process.argv.slice(0, 2), "127.0.0.1:0"];
  const provider = printedPort();
  require("@pulumi/pulumi/cmd/dynamic-provider");
  const environment = { ORDER_QUEUE_PROVIDER_PORT: String(await provider) };
  const policy = printedPort();
  try {
    // It reads the package.json of the folder in which it is loaded (@pulumi/policy, policy.js).
    process.chdir(pack);
    require(pack);
    process.chdir(stacks);
  } catch (error) {
    return { failed: (error as Error).message };
  }
  // Every engine attaches to this language host, whose answer to "start that pack" is the port of the one that runs.
  const port = await serveLanguageHost(new Map([[pack, await policy]]));
  return { environment: { ...environment, PULUMI_DEBUG_LANGUAGES: `nodejs:${port}` } };
}

process.send?.(await start());

/**
 * The dynamic provider and the policy pack in the working folder, in one process for all the engines of a command, which
 * else start one of each themselves (release/plugins.ts). Ends with the process that forked it.
 */
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "index.ts"));
const [pack, provider] = ["ORDER_QUEUE_ANALYZER_PORT", "ORDER_QUEUE_PROVIDER_PORT"];

/** The port that a plugin prints once it listens, which is how it tells an engine. */
const port = () =>
  new Promise((resolve) => {
    console.log = resolve;
  });

process.on("disconnect", () => process.exit());
// The provider expects an engine's address as its only argument, and makes no use of it.
process.argv = [...process.argv.slice(0, 2), "127.0.0.1:0"];
const listening = port();
require("@pulumi/pulumi/cmd/dynamic-provider");
const ports = { [provider]: await listening };
// A pack that cannot be loaded is for the engine to tell, which then loads it itself.
const loaded = import(join(process.cwd(), "index.ts")).then(
  () => true,
  () => false,
);
const serving = port();
if (await loaded) ports[pack] = await serving;
process.send?.(ports);

/**
 * `npm run --silent oldest-pulumi`: builds the oldest supported Pulumi CLI, once, and prints its folder, to be put on
 * PATH for tests. Needs Go.
 */
import { join } from "node:path";
import { build, buildOf, keyOf } from "./build.ts";
import { cacheFolder } from "./cache.ts";
import { supported } from "./versions.ts";

const oldest = buildOf("oldest", supported().oldest);
const folder = join(cacheFolder(), keyOf(oldest));
try {
  await build(oldest, folder, (line) => process.stderr.write(`${line}\n`));
  console.log(join(folder, "bin"));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

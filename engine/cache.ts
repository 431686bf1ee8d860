import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where engines are kept, outside the clone: they are large, take minutes to make, and serve every clone. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "order-queue", "engine");
}

/** A name that changes with every byte that goes into a build, and with the machine's kind. */
export function buildKey(version: string, module: string, flags: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(flags));
  for (const file of readdirSync(module).sort()) hash.update(`\n${file}\n`).update(readFileSync(join(module, file)));
  return `${version}-${process.platform}-${process.arch}-${hash.digest("hex").slice(0, 12)}`;
}

/** Folder of the cache for an official download, e.g. `official-3.276.0-linux-x64`. */
export function officialKey(version: string): string {
  return `official-${version}-${process.platform}-${process.arch}`;
}

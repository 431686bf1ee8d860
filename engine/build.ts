/**
 * The engine built from its own published source, for machines that reach a Go module proxy but not the official
 * download.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildKey } from "./cache.ts";
import { withLock } from "./lock.cjs";
import { isExecutable } from "./look.ts";

export interface Build {
  version: string;
  /** Folder with go.mod and go.sum. */
  module: string;
}

/** What the engine expects beside itself and the build lacks; each is in bin/ of this folder. */
const BESIDE = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/** The cache serves every clone, so an engine finds them in the clone that uses it. */
const FORWARD = `#!/bin/sh
folder=\${ORDER_QUEUE_ENGINE:?is not set. Fix: eval "\\$(npx order-queue env)"}
exec "$folder/bin/\${0##*/}" "$@"
`;

/** `newest` or `oldest`: a folder beside this file. */
export function buildOf(end: "newest" | "oldest", version: string): Build {
  return { version, module: join(import.meta.dirname, end) };
}

/** The version is linked in because the Automation API refuses an engine that does not say its own. */
function flags(version: string): string[] {
  const variable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
  return ["-mod=readonly", "-buildvcs=false", `-ldflags=-s -w -X ${variable}=v${version}`];
}

/** Name of the folder of the cache that a build is kept in. */
export function keyOf({ version, module }: Build): string {
  return buildKey(version, module, flags(version));
}

/** The `go` directive of the module: the oldest Go that builds it, e.g. "1.26.6". */
export function goNeeded({ module }: Build): string {
  const file = join(module, "go.mod");
  const line = /^go (\S+)$/m.exec(readFileSync(file, "utf8"));
  if (!line?.[1]) throw new Error(`${file} has no "go" line`);
  return line[1];
}

/**
 * Builds into `folder`/bin, all or nothing: it takes its place by a rename when it is complete. Two builders at the
 * same time: the second waits and uses what the first made.
 *
 * @throws Error whose message says what failed, with a fix
 */
export async function build(what: Build, folder: string, onProgress: (line: string) => void): Promise<void> {
  const lock = `${folder}.lock`;
  await withLock(
    lock,
    async (alsoHeldBy) => {
      if (isExecutable(join(folder, "bin", "pulumi"))) return;
      onProgress(`Building the Pulumi engine ${what.version} with Go into ${folder} (once; 5 minutes on two cores) …`);
      const partial = `${folder}.partial`;
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(join(partial, "bin"), { recursive: true });
      for (const name of BESIDE) writeFileSync(join(partial, "bin", name), FORWARD, { mode: 0o755 });
      await goBuild(what, join(partial, "bin", "pulumi"), alsoHeldBy, onProgress);
      renameSync(partial, folder);
    },
    (holder) => onProgress(`Waiting for ${holder}, which is building the Pulumi engine (${lock}) …`),
  );
}

function goBuild(
  { version, module }: Build,
  output: string,
  onStart: (pid: number | undefined) => void,
  onProgress: (line: string) => void,
): Promise<void> {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const args = ["build", "-v", ...flags(version), "-o", output, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"];
  const child = spawn("go", args, {
    cwd: module,
    // Without cgo, as the official build: needs no C compiler. A go.work above the clone must not take part.
    env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onStart(child.pid);
  let [downloaded, compiled] = [0, 0];
  const last: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    if (line.startsWith("go: downloading ")) downloaded += 1;
    else if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) compiled += 1;
    else last.push(line);
  });
  const timer = setInterval(() => {
    onProgress(`  ${downloaded} modules downloaded, ${compiled} packages compiled, ${seconds()} s`);
  }, 10_000);
  return new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) {
        onProgress(`  Pulumi ${version}: built in ${seconds()} s`);
        resolve();
      } else reject(new Error(goFailed(code, last.slice(-10))));
    });
  }).finally(() => clearInterval(timer));
}

const UNREACHABLE =
  /dial tcp|no such host|connection refused|i\/o timeout|TLS handshake timeout|proxyconnect|(403|502|503) /;

/** What the failure of `go build` means and how it is fixed, with its last lines. */
function goFailed(code: number | null, last: string[]): string {
  const fix = last.some((line) => UNREACHABLE.test(line))
    ? "The Go module proxy could not be reached. Fix: check the network, HTTPS_PROXY and `go env GOPROXY`, then run the same command again."
    : last.some((line) => line.includes("no space left"))
      ? "The disk is full. Fix: free about 4 GB, then run the same command again."
      : "Fix: run the same command again; if it fails again, install the Pulumi CLI instead (1.).";
  return [
    `go build of the Pulumi engine failed (exit code ${code}):`,
    ...last.map((line) => `     ${line}`),
    `     ${fix}`,
  ].join("\n");
}

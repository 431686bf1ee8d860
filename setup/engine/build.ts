/**
 * The engine built from its own published source, for machines that reach a Go module proxy but not the official
 * download. Two modules, because the last language host that the proxy serves by itself needs an older SDK.
 */
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { withLock } from "../lock.cjs";
import { isExecutable } from "./look.ts";

interface Part {
  executable: string;
  /** Folder beside this file with go.mod and go.sum. */
  module: string;
  package: string;
  flags: string[];
}

/** What is built. The version is linked in because the Automation API refuses an engine that does not say its own. */
export function parts(pin: string): Part[] {
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pin}`;
  const common = ["-mod=readonly", "-buildvcs=false"];
  return [
    {
      executable: "pulumi",
      module: "cli",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      flags: [...common, `-ldflags=-s -w -X ${version}`],
    },
    {
      executable: "pulumi-language-nodejs",
      module: "language-nodejs",
      package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      flags: [...common, "-ldflags=-s -w"],
    },
  ];
}

/**
 * Builds into `folder`/bin, all or nothing: it takes its place by a rename when it is complete. Two builders at the
 * same time: the second waits and uses what the first made.
 *
 * @throws Error whose message says what failed and what would mend it
 */
export async function build(options: {
  sources: string;
  folder: string;
  pin: string;
  onProgress: (line: string) => void;
}): Promise<void> {
  const { sources, folder, pin, onProgress } = options;
  const lock = `${folder}.lock`;
  await withLock(
    lock,
    async (alsoHeldBy) => {
      if (isExecutable(join(folder, "bin", "pulumi"))) return;
      onProgress(`Building the Pulumi engine ${pin} with Go into ${folder} (once; 5 to 8 minutes on two cores) …`);
      const partial = `${folder}.partial`;
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(join(partial, "bin"), { recursive: true });
      for (const part of parts(pin)) {
        await goBuild(part, join(sources, part.module), join(partial, "bin", part.executable), alsoHeldBy, onProgress);
      }
      renameSync(partial, folder);
    },
    (holder) => onProgress(`Waiting for ${holder}, which is building the Pulumi engine (${lock}) …`),
  );
}

function goBuild(
  part: Part,
  module: string,
  output: string,
  onStart: (pid: number | undefined) => void,
  onProgress: (line: string) => void,
): Promise<void> {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const child = spawn("go", ["build", "-v", ...part.flags, "-o", output, part.package], {
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
    onProgress(`  ${part.executable}: ${downloaded} modules fetched, ${compiled} packages compiled, ${seconds()} s`);
  }, 10_000);
  return new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) {
        onProgress(`  ${part.executable}: built in ${seconds()} s`);
        resolve();
      } else reject(new Error(goFailed(part, code, last.slice(-10))));
    });
  }).finally(() => clearInterval(timer));
}

const UNREACHABLE =
  /dial tcp|no such host|connection refused|i\/o timeout|TLS handshake timeout|proxyconnect|(403|502|503) /;

/** What the failure of `go build` means and what mends it, with its last lines. */
export function goFailed(part: Pick<Part, "executable">, code: number | null, last: string[]): string {
  const mend = last.some((line) => UNREACHABLE.test(line))
    ? "The Go module proxy could not be reached: check the network, HTTPS_PROXY and `go env GOPROXY`, then run the same command again."
    : last.some((line) => line.includes("no space left"))
      ? "The disk is full: free about 4 GB, then run the same command again."
      : "Run the same command again; if it fails again, install the Pulumi CLI instead (1.).";
  return [
    `go build of ${part.executable} failed (exit code ${code}):`,
    ...last.map((line) => `     ${line}`),
    `     ${mend}`,
  ].join("\n");
}

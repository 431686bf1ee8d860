import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withLock } from "./lock.cjs";
import { isExecutable } from "./look.ts";

/** How long (ms) the official host may take to answer at all, and then the download of about 100 MB. */
const TO_ANSWER = 10_000;
const TO_DOWNLOAD = 300_000;
/** How long (ms) it is remembered that the official host could not be reached. */
const REMEMBERED = 24 * 60 * 60_000;

const UNREACHABLE = 3;

/**
 * In a process of its own, so that it can be ended whatever it waits for, and so that nothing it prints is shown.
 * Exit code 3: the host does not answer.
 */
const PROGRAM = `
  const { PulumiCommand } = require("@pulumi/pulumi/automation");
  const { SemVer } = require("semver");
  const [, root, version, patience] = process.argv;
  const give = (code) => (error) => { process.stderr.write(String(error.cause?.message ?? error.message)); process.exit(code); };
  fetch("https://get.pulumi.com/install.sh", { method: "HEAD", signal: AbortSignal.timeout(Number(patience)) })
    .then((answer) => { if (!answer.ok) throw new Error("it answers " + answer.status); })
    .catch(give(${UNREACHABLE}))
    .then(() => PulumiCommand.install({ root, version: new SemVer(version) }))
    .catch(give(1));
`;

/** Why the installer need not be tried now: it could not reach its host within the last day. */
export function rememberedFailure(cache: string): string | undefined {
  const note = noteFile(cache);
  const stat = statSync(note, { throwIfNoEntry: false });
  if (!stat || Date.now() - stat.mtimeMs > REMEMBERED) return undefined;
  return `get.pulumi.com could not be reached at ${stat.mtime.toISOString()}. ${fix(note)}`;
}

/**
 * Installs the official CLI into `folder`, all or nothing.
 *
 * @throws Error whose message says what failed, with a fix
 */
export async function install(options: {
  cache: string;
  folder: string;
  version: string;
  /** Project root, where @pulumi/pulumi is found. */
  root: string;
  onProgress: (line: string) => void;
}): Promise<void> {
  const { cache, folder, version, root, onProgress } = options;
  await withLock(
    `${folder}.lock`,
    async (alsoHeldBy) => {
      if (isExecutable(join(folder, "bin", "pulumi"))) return;
      onProgress(`Trying the official installer of Pulumi ${version} (get.pulumi.com) …`);
      const partial = `${folder}.partial`;
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { recursive: true });
      const { code, said } = await runInstaller(partial, version, root, alsoHeldBy);
      if (code === 0) return renameSync(partial, folder);
      rmSync(partial, { recursive: true, force: true });
      if (code !== UNREACHABLE) throw new Error(`it failed: ${said}. Fix: run the same command again.`);
      const note = noteFile(cache);
      mkdirSync(dirname(note), { recursive: true });
      writeFileSync(note, said);
      throw new Error(`get.pulumi.com could not be reached (${said}). ${fix(note)}`);
    },
    (holder) => onProgress(`Waiting for ${holder}, which is installing Pulumi ${version} …`),
  );
}

function runInstaller(
  target: string,
  version: string,
  root: string,
  onStart: (pid: number | undefined) => void,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ["-e", PROGRAM, target, version, String(TO_ANSWER)], {
    cwd: root,
    env: { ...process.env, NODE_USE_ENV_PROXY: "1" },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: TO_DOWNLOAD,
  });
  onStart(child.pid);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const line = said.trim().split("\n").at(-1);
      resolve({ code, said: line || `no answer within ${TO_DOWNLOAD / 1000} s` });
    });
  });
}

function noteFile(cache: string): string {
  return join(cache, "installer-unreachable");
}

function fix(note: string): string {
  return `Fix: allow https://get.pulumi.com in the network or HTTPS_PROXY, and remove ${note}, which prevents another try for a day.`;
}

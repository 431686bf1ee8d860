import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { freePort } from "../core/listen.ts";
import type { ContainerRuntime, ContainerSpec, Exit, RunningContainer } from "./runtime.ts";

/**
 * Containers as processes of this machine, for where no Docker Engine answers. Real: the command, the environment,
 * signals, exit codes, output, and that a container ends with all its processes; an image is its build context, and the
 * digest the hash of that, so that equal sources give equal images. Not modelled: file system, limits, network
 * namespaces. In place of the last, a container with a port is given a free one in PORT, so an image must listen there,
 * and services/ec2 decides at the places that it calls.
 */
export const processes: ContainerRuntime = {
  name: "processes",
  reach: async (servers) => ({ ...servers, noProxy: "127.0.0.1,localhost" }),
  build: async ({ context, files }) => {
    const hash = createHash("sha256");
    for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(context, file)));
    return { digest: `sha256:${hash.digest("hex")}` };
  },
  close: async () => {},
  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const port = spec.port === undefined ? undefined : await freePort("a container");
    const argv = commandLine(spec);
    const environment = {
      ...keptCompiled,
      ...spec.image.env,
      ...spec.environment,
      // The Node that runs the twin stands in for the image's own.
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      ...(port !== undefined && { PORT: String(port) }),
    };
    const child = supervised(argv, spec.image.directory, environment);
    const exited = ended(child);
    const { pid } = child;
    if (pid === undefined) throw new Error(`CannotStartContainerError: ${argv[0]}: ${(await exited).reason}`);
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on("line", spec.onLine);
    return {
      pid,
      address: port === undefined ? undefined : { host: "127.0.0.1", port },
      exited,
      signal: (name) => signal(name === "SIGKILL" ? -pid : pid, name),
      run: (command, timeoutMs) => run(command, timeoutMs, spec.image.directory, environment),
    };
  },
};

/** Where the twin's Node keeps what it compiled: a container starts in half the time on it. */
const { NODE_COMPILE_CACHE } = process.env;
const keptCompiled = NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {};

/**
 * The process leads a group of its own with a guard in it. The guard reads a pipe that only the twin holds open;
 * when the twin is gone, however it went, or has let go of a container, the guard kills the whole group.
 */
const guard = `(exec >/dev/null 2>&1; cat <&3; kill -9 -$$) & exec 3<&-; exec "$@"`;

function supervised(argv: string[], cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  const stdio: ("ignore" | "pipe")[] = ["ignore", "pipe", "pipe", "pipe"];
  return spawn("/bin/sh", ["-c", guard, "sh", ...argv], { cwd, env, stdio, detached: true });
}

function ended(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: 127, reason: error.message }));
    child.on("exit", (code, name) => {
      // Closing the pipe makes the guard take along whatever the first process left behind.
      (child.stdio[3] as Readable | null)?.destroy();
      resolve({ code: code ?? 128 + (name ? constants.signals[name] : 0) });
    });
  });
}

function commandLine({ image, entryPoint, command }: ContainerSpec): string[] {
  // As in Docker: an entry point of one's own drops the image's command.
  const rest = command ?? (entryPoint ? [] : image.cmd);
  const argv = [...(entryPoint ?? image.entrypoint), ...rest];
  if (argv.length === 0) throw new Error(`CannotStartContainerError: the image ${image.digest} names no command`);
  return argv;
}

function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function run(command: string[], timeoutMs: number, cwd: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const [file = "", ...args] = command;
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env, timeout: timeoutMs, killSignal: "SIGKILL" }, (error) => resolve(error === null));
  });
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const program = join(import.meta.dirname, "..", "setup", "engine", "plugins.mjs");

/** What engines start beside themselves, started once for all of them. */
export interface Plugins {
  /** How setup/engine/bin tells an engine where they listen; empty where they do not, and the engine starts its own. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts the dynamic provider and the policy pack in one process. An engine's own two take it 1 s of processor and 300 MB,
 * for every stack that is planned. They end with this process, which does not wait for them.
 */
export async function startPlugins(root: string, environment: Record<string, string>): Promise<Plugins> {
  const child = fork(program, {
    cwd: join(root, "policy"),
    env: { ...process.env, ...environment },
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit");
  const ports = await Promise.race([once(child, "message"), ended.then(() => [{}])]);
  letGo(child);
  return {
    environment: ports[0],
    stop: async () => {
      // Whoever stops it does wait.
      child.ref();
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Started } from "../../engine/plugins.ts";
import { PolicyPackFailed } from "./policy-pack.ts";

const program = join(import.meta.dirname, "..", "..", "engine", "plugins.ts");

/** What engines start beside themselves, started once for all of them. */
export interface Plugins {
  /** What makes an engine use them. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts the dynamic provider and the policy pack in one process. An engine's own two take it 1 s of processor and 300 MB,
 * for every stack that is planned. They stop with this process, which does not wait for them.
 *
 * @throws {PolicyPackFailed} the pack cannot be loaded
 */
export async function startPlugins(root: string, environment: Record<string, string>): Promise<Plugins> {
  const child = fork(program, {
    // Where an engine starts its own.
    cwd: join(root, "stacks"),
    env: { ...process.env, ...environment },
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit");
  const stop = async () => {
    // What stops it does wait.
    child.ref();
    child.kill("SIGKILL");
    await ended;
  };
  const crashed = ended.then(([code]) => [{ failed: `its process stopped with exit code ${code}` }]);
  const [started]: [Started] = (await Promise.race([once(child, "message"), crashed])) as [Started];
  if ("failed" in started) {
    await stop();
    throw new PolicyPackFailed(root, `${started.failed}.`);
  }
  letGo(child);
  return { environment: started.environment, stop };
}

function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

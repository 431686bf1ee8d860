/** What a backend without files keeps of stacks (Pulumi Cloud), by the engine's own commands: one process each. */
import { historyCommand } from "./engine.ts";
import { CommandFailed, run } from "./process.ts";
import { processEnvironment, stackFiles, type WorkspaceLocation } from "./stack.ts";
import type { StackReader, UpdateFile } from "./stack-reader.ts";

/** How the engine reports a stack that does not exist (pulumi pkg/cmd/pulumi/stack/io.go). */
const NO_STACK = /no stack named/;

/** Reads by `pulumi stack export`, `history`, `ls` and `tag ls`. */
export function engineReader(location: WorkspaceLocation): StackReader {
  const pulumi = (...args: string[]) =>
    run(location.engine.pulumi, args, { cwd: stackFiles(location), env: processEnvironment(location) });
  /** JSON of a command about a stack; `none` where there is no such stack. */
  const ask = async <T>(none: T, ...args: string[]): Promise<T> => {
    try {
      return JSON.parse(await pulumi(...args));
    } catch (error) {
      if (error instanceof CommandFailed && NO_STACK.test(error.output)) return none;
      throw error;
    }
  };
  const listed = ask<{ name: string; updateInProgress?: boolean }[]>([], "stack", "ls", "--json");
  // A caller of `locks` receives the failure.
  listed.catch(() => {});
  return {
    deployment: async (stack) =>
      (await ask<{ deployment?: unknown }>({}, "stack", "export", "--stack", stack)).deployment ?? {},
    updates: async (stack) => {
      const entries = await ask<Entry[]>([], ...historyCommand(stack));
      return entries.map(
        (entry, index): UpdateFile => ({
          version: entry.version || entries.length - index,
          at: Date.parse(entry.endTime),
          read: async () => entry,
        }),
      );
    },
    locks: async (stack) => {
      const busy = (await listed).some(({ name, updateInProgress }) => name === stack && updateInProgress);
      return busy ? [{ owner: "an update in progress", abandoned: false }] : [];
    },
    tags: (stack) => ask({}, "stack", "tag", "ls", "--stack", stack, "--json"),
  };
}

type Entry = { version?: number; endTime: string };

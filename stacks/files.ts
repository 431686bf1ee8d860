/**
 * The stack files as they are committed, read without an engine: for whoever has to know a stack's settings before any
 * stack is opened.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { stacks } from "./registry.ts";
import { type Settings, settingsFile } from "./settings.ts";
import { parseSettings } from "./settings-parser.ts";

/**
 * The settings of every stack, by stack.
 *
 * @param root folder of the stack files
 * @throws SettingsError that lists every problem of the first file that has any
 */
export function readStackFiles(root: string): Map<string, Settings> {
  return new Map(
    stacks.map((stack) => {
      const file = settingsFile(stack.name);
      return [stack.name, parseSettings({ stack, file, values: readStackFile(root, file) })];
    }),
  );
}

/** A stack file's values by their full keys, as the engine hands them over: every one as text, lists and objects as JSON. */
export function readStackFile(root: string, file: string): Record<string, string> {
  const { config = {} } = parse(readFileSync(join(root, file), "utf8")) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

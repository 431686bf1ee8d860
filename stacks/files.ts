/**
 * The stack files as they are committed, read without an engine: for code that has to know a stack's settings before any
 * stack is opened.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type StackEntry, stacks } from "./registry.ts";
import { type Settings, settingsFile } from "./settings.ts";
import { parseSettings } from "./settings-parser.ts";

/**
 * The settings of every stack, by stack.
 *
 * @param root folder of the stack files
 * @throws SettingsError that lists every problem of the first file that has any
 */
export function readStackFiles(root: string): Map<string, Settings> {
  return new Map(stacks.map((stack) => [stack.name, readSettings(root, stack)]));
}

/** The settings of one stack, as {@link readStackFiles} reads them. @throws SettingsError */
export function readSettings(root: string, stack: StackEntry): Settings {
  const file = settingsFile(stack.name);
  return parseSettings({ stack, file, values: readStackFile(root, file), secrets: secretPaths(root, file) });
}

/**
 * Paths of the encrypted values of a stack file, e.g. `order-queue:stores[0].erp`: those that `pulumi config set --secret`
 * wrote. None where there is no such file.
 */
export function secretPaths(root: string, file: string): string[] {
  return Object.entries(configOf(root, file)).flatMap(([key, value]) => secretsIn(key, value));
}

function secretsIn(path: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => secretsIn(`${path}[${index}]`, item));
  const { secure, ...others } = value as Record<string, unknown>;
  if (typeof secure === "string" && Object.keys(others).length === 0) return [path];
  return Object.entries(value).flatMap(([key, inner]) => secretsIn(`${path}.${key}`, inner));
}

/** A stack file's values by their full keys, as the engine hands them over: every one as text, lists and objects as JSON. */
export function readStackFile(root: string, file: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(configOf(root, file)).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** URL of what protects a stack's secrets; undefined for a passphrase. */
export const secretsProviderOf = (root: string, stack: string): string | undefined =>
  contentOf(root, settingsFile(stack)).secretsprovider;

const configOf = (root: string, file: string) => contentOf(root, file).config ?? {};

/** A stack file as far as it is read here. */
interface StackFile {
  config?: Record<string, unknown>;
  secretsprovider?: string;
}

/** Nothing where there is no such file. */
function contentOf(root: string, file: string): StackFile {
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
  return (parse(text) as StackFile | null) ?? {};
}

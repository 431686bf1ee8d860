import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Files of a build context that its .dockerignore lets through, without that itself, relative to it and sorted. */
export function contextFiles(context: string): string[] {
  const file = join(context, ".dockerignore");
  const ignored = ignoring(statSync(file, { throwIfNoEntry: false }) ? readFileSync(file, "utf8") : "");
  return readdirSync(context, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(context, join(entry.parentPath, entry.name)))
    .filter((path) => path !== ".dockerignore" && !ignored(path))
    .sort();
}

/**
 * What a .dockerignore says of a path: the last rule that matches it, or a folder above it, decides; one with `!` lets it
 * through (docs.docker.com/build/concepts/context, "dockerignore files"). Not modelled: character classes.
 */
export function ignoring(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => ({ ignores: !line.startsWith("!"), matches: matcher(line.replace(/^!/, "")) }));
  return (path) => rules.findLast(({ matches }) => matches.test(path))?.ignores ?? false;
}

function matcher(pattern: string): RegExp {
  const parts = pattern
    .replace(/^\//, "")
    .replace(/\/$/, "")
    .split(/(\*\*\/|\*\*|\*|\?)/);
  const meaning: Record<string, string> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };
  const source = parts.map((part) => meaning[part] ?? part.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")).join("");
  return new RegExp(`^${source}(?:/.*)?$`);
}

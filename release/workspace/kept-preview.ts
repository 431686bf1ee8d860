/** The last preview, kept in the local state: while nothing that it depends on changes, it needs no engine. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commitOf, filesOfGit } from "../../stacks/commit.ts";
import { fingerprint } from "../../stacks/fingerprint.ts";
import { stacks } from "../../stacks/registry.ts";
import { type BackendFiles, backendFiles } from "./backend-files.ts";
import { type BackendLocation, pulumiFiles } from "./location.ts";
import { fileReader } from "./stack-reader.ts";

/** Milliseconds. What a preview looks up on AWS, and the time of a freeze window, are in no file. */
const lifetime = 10 * 60_000;

/** What plans and judges besides the release. */
const tools: readonly string[] = ["cli", "release", "engine", "package.json"];

/**
 * A digest of all that decides what a preview says: the release, the stack files, the commit, these commands, the backend and
 * the state of each stack. Undefined where the state is in no file (Pulumi Cloud), or no git tells which files count.
 */
export async function previewKey(
  location: BackendLocation,
  files: BackendFiles | undefined,
): Promise<string | undefined> {
  const { root, environment } = location;
  const own = filesOfGit(root, tools);
  if (!files || !own) return undefined;
  const { deployment } = fileReader(files);
  const states = await Promise.all(stacks.map(async ({ name }) => JSON.stringify(await deployment(name))));
  const texts = [...own, ...pulumiFiles(root)]
    .sort()
    .map((name) => `${name}\0${readFileSync(join(root, name), "utf8")}`);
  const { PULUMI_BACKEND_URL, PATH } = { ...process.env, ...environment };
  const hash = createHash("sha256");
  for (const part of [
    fingerprint(root),
    JSON.stringify(commitOf(root, ["."])),
    PULUMI_BACKEND_URL,
    PATH,
    ...texts,
    ...states,
  ])
    hash.update(`${part?.length}\0${part}\0`);
  return hash.digest("hex");
}

/** Of a location. @see previewKey */
export const previewKeyOf = async (location: BackendLocation): Promise<string | undefined> =>
  previewKey(location, await backendFiles(location));

interface Kept<Preview> {
  key: string;
  /** ISO 8601. */
  at: string;
  preview: Preview;
}

/** The preview that was kept under this key, and when; undefined where there is none of the last ten minutes. */
export function readKept<Preview>(file: string, key: string, now: number): Kept<Preview> | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as Kept<Preview>;
    const age = now - Date.parse(kept.at);
    return kept.key === key && age >= 0 && age < lifetime ? kept : undefined;
  } catch {
    // There is none, or one that another version wrote: a new plan takes its place.
    return undefined;
  }
}

/** Keeps a preview in place of the last one. */
export function keep(file: string, kept: Kept<unknown>): void {
  mkdirSync(dirname(file), { recursive: true });
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, JSON.stringify(kept));
  renameSync(whole, file);
}

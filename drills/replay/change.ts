import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { printFinding } from "../../release/checks/print.ts";
import type { Released } from "../../release/promotion/release.ts";
import { CommandFailed, run } from "../../release/workspace/process.ts";
import { openStack, processEnvironment, type WorkspaceLocation } from "../../release/workspace/stack.ts";
import { stacks } from "../../stacks/registry.ts";
import type { Checkout } from "./checkout.ts";

/** The change that broke certificates, put to `order-queue release`. Seconds from when the command was given. */
export interface Attempt {
  /** Commit that has it. */
  commit: string;
  /** What of the program it changes. */
  change: string;
  seconds: number;
  /** Undefined where nothing stopped it. */
  stoppedBy: string | undefined;
  stoppedIn: string;
  /** The first things that the command had against it, in the stack where it was stopped. */
  evidence: string[];
  /** Stacks that it changed before it was stopped. */
  changed: string[];
}

const file = "infra/certificates.ts";
const [right, wrong] = ["domainName: hostname", "domainName: 'shop.' + hostname"];

/** Certificates of other names than the stores': each is issued, and none is what a browser asks for. */
export function breakCertificates(source: string): string {
  if (!source.includes(right)) throw new Error(`${file} has no ${right} that the replay could break`);
  return source.replace(right, wrong);
}

/** Commits the change and releases it, with the command that an engineer would use. */
export async function releaseBrokenCertificates(
  location: WorkspaceLocation,
  { folder, commitAll, reset }: Checkout,
  say: (line: string) => void,
): Promise<Attempt> {
  const program = join(folder, file);
  writeFileSync(program, breakCertificates(readFileSync(program, "utf8")));
  const commit = await commitAll("certificates of other names");
  const before = await states(location);
  say(`certificates of other names are released: commit ${commit.slice(0, 12)}`);
  const began = performance.now();
  const { stopped } = await release(location, folder);
  const seconds = (performance.now() - began) / 1000;
  say(`certificates of other names: ${stopped ? `stopped by ${stopped.by} in ${stopped.stack}` : "NOT STOPPED"}`);
  const after = await states(location);
  await reset();
  return {
    commit,
    change: `${file}: ${right} → ${wrong}`,
    seconds,
    stoppedBy: stopped?.by,
    stoppedIn: stopped?.stack ?? "",
    evidence: stopped ? reasonsIn(stopped) : [],
    changed: stacks.map(({ name }) => name).filter((name) => !isDeepStrictEqual(before.get(name), after.get(name))),
  };
}

/** The first two findings in the stack where a release was stopped, or else why it was, each in one line. */
export function reasonsIn({ stack, why, findings = [] }: NonNullable<Released["stopped"]>): string[] {
  const own = findings.filter((finding) => finding.stack === stack).map(printFinding);
  return (own.length > 0 ? own : [why]).slice(0, 2).map((reason) => reason.replaceAll("\n", " "));
}

/** Releases what is in a folder, in a process of its own, since the program is another one; with what an operator's shell has. */
export async function release(location: WorkspaceLocation, folder: string): Promise<Released> {
  const result = `${folder}.json`;
  const args = [join(folder, "cli", "main.ts"), "release", "--json", result];
  try {
    await run(process.execPath, args, { cwd: folder, env: processEnvironment(location) });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
  }
  return JSON.parse(readFileSync(result, "utf8"));
}

/** All that the engine remembers of each stack. */
async function states(location: WorkspaceLocation): Promise<Map<string, unknown>> {
  const read = async (name: string) => (await (await openStack(location, name)).exportStack()).deployment;
  return new Map(await Promise.all(stacks.map(async ({ name }) => [name, await read(name)] as const)));
}

/**
 * Where everything runs without an AWS account: a twin, a file backend, and the environment that points the
 * unmodified program, engine and service at them. All of it lies in one folder, `.order-queue` unless told otherwise.
 */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findEngine } from "../engine/engine.ts";
import { closeWorkspace, type WorkspaceLocation } from "../release/workspace/stack.ts";
import type * as files from "../stacks/files.ts";
import type { Settings } from "../stacks/settings.ts";
import { placesOf } from "../tools/permissions/places.ts";
import { type Handshake, runningTwin } from "../twin/client.ts";
import type { HandMadePolicy } from "../twin/services/iam/managed.ts";
import type { HandMadeSecret } from "../twin/services/secretsmanager/behaviour.ts";

export const root = join(import.meta.dirname, "..");

/** Not a secret: it guards nothing but the local state of a twin. */
const PASSPHRASE = "order-queue";

export interface Local {
  location: WorkspaceLocation;
  twin: Handshake;
  /** Folder of the engine's file backend. */
  backend: string;
  stop(): Promise<void>;
}

/** How a twin is started. */
export interface TwinSettings {
  /** Port of its internet; any free one when none is given. */
  proxyPort?: number | undefined;
  /** `docker` or `processes`; Docker where an engine answers when none is given. */
  containers?: string | undefined;
  /** Hosted zones beside those of the stack files. */
  zones?: string[];
  /** Environment variables that every container gets beside its own. */
  variables?: Record<string, string>;
  /** Folder of another copy of this project, whose registry and stack files it goes by; this project when left out. */
  project?: string;
}

/** No twin is running where one is needed; shown without a stack trace. */
export class NoTwin extends Error {
  override readonly name = "NoTwin";
}

/**
 * Starts a twin on the folder and returns the location of the workspace that uses it. The twin ends with this process.
 */
export async function startLocal(
  state: string,
  progress: (line: string) => void,
  options: TwinSettings = {},
): Promise<Local> {
  const project = options.project ?? root;
  // Which stacks there are says the project's own registry.
  const { readStackFiles }: typeof files = await import(join(project, "stacks", "files.ts"));
  const stacks = readStackFiles(project);
  const settings = [...stacks.values()];
  const accounts = new Set(settings.map(({ account }) => account));
  if (accounts.size > 1)
    throw new NoTwin(`a twin is one AWS account; the stack files name ${[...accounts].join(", ")}`);
  // Each once, whoever names it again: of two zones with one name the program's lookup takes neither.
  const zones = new Set([...settings.map(({ domain }) => domain), ...(options.zones ?? [])]);
  const engine = await findEngine({ onProgress: progress });
  progress(`Pulumi ${engine.version} (${engine.source}): ${engine.pulumi}`);
  const args = [
    "--state",
    join(state, "twin"),
    "--with-parent",
    "--account",
    ...accounts,
    ...[...zones].flatMap((zone) => ["--zone", zone]),
    "--policy",
    JSON.stringify(await handMadeBoundary(stacks)),
    ...settings.flatMap(handMadeSecrets).flatMap((secret) => ["--secret", JSON.stringify(secret)]),
    ...Object.entries(options.variables ?? {}).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
    ...(options.proxyPort === undefined ? [] : ["--proxy-port", String(options.proxyPort)]),
    ...(options.containers === undefined ? [] : ["--containers", options.containers]),
  ];
  const child = spawn(process.execPath, [join(root, "twin", "main.ts"), ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const twin = await new Promise<Handshake>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line)));
    ended.then(() => reject(new NoTwin("the twin did not start; its message is above")));
  });
  const here = locationIn(state, twin, engine, project);
  return {
    ...here,
    twin,
    stop: async () => {
      child.stdin.end();
      await Promise.all([ended, closeWorkspace(here.location)]);
    },
  };
}

/** What whoever runs the account makes by hand: the boundary of the program's roles, as docs/permissions has it. */
async function handMadeBoundary(stacks: ReadonlyMap<string, Settings>): Promise<HandMadePolicy> {
  const { boundaryFor, boundaryName } = await import("../tools/permissions/boundary.ts"); // loads all of IAM: not for every command
  const document = await boundaryFor(placesOf(stacks));
  return { name: boundaryName, document: JSON.stringify(document) };
}

/** What the stores' teams make by hand on AWS: the secrets that a stack's settings name. */
function handMadeSecrets({ region, stores }: Settings): HandMadeSecret[] {
  return stores.flatMap(({ name, erpCredentials }) =>
    erpCredentials === undefined
      ? []
      : [{ region, name: erpCredentials, value: JSON.stringify({ authorization: `Bearer ${name}-of-the-twin` }) }],
  );
}

/** The twin that is running on the folder, and the location of the workspace that uses it. */
export async function attachLocal(state: string): Promise<Local> {
  const twin = await runningTwin(join(state, "twin"));
  if (!twin)
    throw new NoTwin(
      `no twin is running on ${state}: start one with \`npm start\`, or \`npx order-queue twin\`, in another terminal`,
    );
  const here = locationIn(state, twin, await findEngine());
  return { ...here, twin, stop: () => closeWorkspace(here.location) };
}

/** The twin that is running on the folder, or else a new one. */
export async function openLocal(state: string, progress: (line: string) => void): Promise<Local> {
  return (await runningTwin(join(state, "twin"))) ? attachLocal(state) : startLocal(state, progress);
}

/**
 * Where a command works: with the twin on the folder if one is running, else with the backend and the AWS credentials
 * that the shell has.
 */
export async function findLocation(state: string): Promise<WorkspaceLocation> {
  if (process.env.PULUMI_BACKEND_URL || process.env.PULUMI_ACCESS_TOKEN)
    return { root, engine: await findEngine(), environment: {} };
  return (await attachLocal(state)).location;
}

function locationIn(
  state: string,
  twin: Handshake,
  engine: WorkspaceLocation["engine"],
  project = root,
): Pick<Local, "location" | "backend"> {
  const [backend, home] = [join(state, "backend"), join(state, "pulumi")];
  for (const folder of [backend, home]) mkdirSync(folder, { recursive: true });
  const environment = {
    ...twin.environment,
    // Beside each file gocloud.dev's fileblob keeps one of its metadata, which it truncates and writes anew (attrs.go): who
    // reads a stack's outputs while another update saves that stack finds it empty ("failed to load checkpoint: EOF").
    PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
    PULUMI_HOME: home,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
  };
  return { location: { root: project, engine, environment }, backend };
}

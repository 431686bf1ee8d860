/**
 * Where everything runs without an AWS account: a twin, a file backend, and the environment that points the
 * unmodified program, engine and service at them. All of it lies in one folder, `.order-queue` by default.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findEngine } from "../engine/engine.ts";
import { backendFolder, exampleKey, requireTwin, root, twinLocation } from "../release/workspace/location.ts";
import { closeWorkspace, type WorkspaceLocation } from "../release/workspace/stack.ts";
import type * as files from "../stacks/files.ts";
import { inboundSecretName } from "../stacks/names.ts";
import type { Settings } from "../stacks/settings.ts";
import { placesOf } from "../tools/permissions/places.ts";
import { type Handshake, runningTwin } from "../twin/client.ts";
import type { HandMadePolicy } from "../twin/services/iam/managed.ts";
import type { HandMadeSecret } from "../twin/services/secretsmanager/behaviour.ts";
import { secretOf } from "./signing.ts";

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

/** The twin could not be started; shown without a stack trace. */
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
  // Each once, however often it is named: of two zones with one name the program's lookup takes neither.
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
    ...(await handMadePolicies(stacks)).flatMap((policy) => ["--policy", JSON.stringify(policy)]),
    "--deployer",
    "order-queue-release",
    ...[...stacks]
      .flatMap(([stack, its]) => handMadeSecrets(stack, its))
      .flatMap((secret) => ["--secret", JSON.stringify(secret)]),
    "--key",
    JSON.stringify(exampleKey),
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
  const location = twinLocation(state, twin, engine, project);
  return {
    ...{ location, backend: backendFolder(state), twin },
    stop: async () => {
      child.stdin.end();
      await Promise.all([ended, closeWorkspace(location)]);
    },
  };
}

/**
 * What the account's administrator creates manually, as docs/permissions has it: the boundary of the program's roles, and the
 * policies of the role that deploys.
 */
async function handMadePolicies(stacks: ReadonlyMap<string, Settings>): Promise<HandMadePolicy[]> {
  // They load all of IAM: not for every command.
  const { boundaryFor, boundaryName } = await import("../tools/permissions/boundary.ts");
  const { actionsFor, policyFor } = await import("../tools/permissions/policies.ts");
  const { groups } = await import("../tools/permissions/uses.ts");
  const places = placesOf(stacks);
  const named = async (name: string, document: Promise<object>) => ({ name, document: JSON.stringify(await document) });
  return Promise.all([
    named(boundaryName, boundaryFor(places)),
    ...Object.entries(groups).map(([group, uses]) =>
      named(`order-queue-release-${group}`, policyFor(actionsFor("release", Object.values(uses)), places)),
    ),
  ]);
}

/**
 * What exists on AWS before a stack's update: the secrets that its settings name, made by the stores' teams, and those by
 * which its stores sign, made by `order-queue store-secret`.
 */
function handMadeSecrets(stack: string, { region, stores }: Settings): HandMadeSecret[] {
  const secret = (name: string, value: object) => ({ region, name, value: JSON.stringify(value) });
  return stores.flatMap(({ name, erpCredentials }) => [
    secret(inboundSecretName(stack, name), secretOf({ stack, name })),
    ...(erpCredentials === undefined ? [] : [secret(erpCredentials, { authorization: `Bearer ${name}-of-the-twin` })]),
  ]);
}

/** The twin that is running on the folder. @throws {NoBackend} */
export async function attachLocal(state: string): Promise<Local> {
  const twin = await requireTwin(state);
  const location = twinLocation(state, twin, await findEngine());
  return { location, backend: backendFolder(state), twin, stop: () => closeWorkspace(location) };
}

/** The twin that is running on the folder, or else a new one. */
export async function openLocal(state: string, progress: (line: string) => void): Promise<Local> {
  return (await runningTwin(join(state, "twin"))) ? attachLocal(state) : startLocal(state, progress);
}

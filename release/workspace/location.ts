/** Which backend and AWS account a command works with: those of the shell, or a twin on this machine. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Engine, findEngine } from "../../engine/engine.ts";
import { secretsProviderOf } from "../../stacks/files.ts";
import { stacks } from "../../stacks/registry.ts";
import { type Handshake, runningTwin } from "../../twin/client.ts";
import type { WorkspaceLocation } from "./stack.ts";

/** A project folder, and the environment by which its backend and AWS account are reached. */
export type BackendLocation = Pick<WorkspaceLocation, "root" | "environment">;

/** Folder of this project. */
export const root = join(import.meta.dirname, "..", "..");

/** The key of KMS that the stack files name until an account's own takes its place (docs/aws.md); every twin has it. */
export const exampleKey = { alias: "alias/order-queue-example", region: "ap-southeast-2" };
/** As `pulumi stack init --secrets-provider` takes it. SDK v1, an older engine's default, reads no AWS_ENDPOINT_URL (gocloud.dev aws.go). */
export const exampleProvider = `awskms://${exampleKey.alias}?region=${exampleKey.region}&awssdk=v2`;

/** No backend is given, and no twin is running; shown without a stack trace. */
export class NoBackend extends Error {
  override readonly name = "NoBackend";
}

/**
 * The backend and the AWS credentials of the shell where PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN is set, else the twin
 * that is running on the folder.
 *
 * @throws {NoBackend}
 */
export async function findLocation(state: string): Promise<WorkspaceLocation> {
  if (shellNamesBackend()) return { root, engine: await findEngine(), environment: {} };
  return twinLocation(state, await requireTwin(state), await findEngine());
}

/** As {@link findLocation}, for a command that needs no engine. @throws {NoBackend} */
export async function findBackend(state: string): Promise<BackendLocation> {
  if (shellNamesBackend()) return { root, environment: {} };
  return { root, environment: twinEnvironment(state, await requireTwin(state)) };
}

const shellNamesBackend = () => Boolean(process.env.PULUMI_BACKEND_URL || process.env.PULUMI_ACCESS_TOKEN);

/** The twin that is running on the folder. @throws {NoBackend} */
export async function requireTwin(state: string): Promise<Handshake> {
  const twin = await runningTwin(join(state, "twin"));
  if (!twin)
    throw new NoBackend(
      `PULUMI_BACKEND_URL is not set and no twin is running on ${state}. Fix: set PULUMI_BACKEND_URL and AWS credentials ` +
        "(docs/aws.md), or run `npm start` in another terminal.",
    );
  return twin;
}

/**
 * Where the stack files name a key of another account, which no twin has, the engine works on copies that name the example's.
 *
 * @param project folder of Pulumi.yaml and the stack files
 */
export function twinLocation(state: string, twin: Handshake, engine: Engine, project = root): WorkspaceLocation {
  const location = { root: project, engine, environment: twinEnvironment(state, twin) };
  if (stacks.every(({ name }) => secretsProviderOf(project, name) === exampleProvider)) return location;
  return { ...location, stackFiles: copyStackFiles(project, join(state, "stack-files"), withExampleKey) };
}

function twinEnvironment(state: string, twin: Handshake): Record<string, string> {
  const [backend, home] = [backendFolder(state), join(state, "pulumi")];
  for (const folder of [backend, home]) mkdirSync(folder, { recursive: true });
  return {
    ...twin.environment,
    // Beside each file gocloud.dev's fileblob keeps one of its metadata, which it truncates and rewrites (attrs.go): a
    // read of a stack's outputs while another update saves that stack finds it empty ("failed to load checkpoint: EOF").
    PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
    PULUMI_HOME: home,
  };
}

/** A stack file whose secrets a twin can open: it has no key of a real account. The engine adds an `encryptedkey`. */
function withExampleKey(text: string): string {
  const others = text.replace(/^(secretsprovider|encryptedkey|encryptionsalt): .*\n?/gm, "");
  return [others.trimEnd(), `secretsprovider: ${exampleProvider}`, ""].join("\n");
}

/** Names of Pulumi.yaml and the stack files in a folder. */
export const pulumiFiles = (folder: string): string[] =>
  readdirSync(folder).filter((name) => /^Pulumi\.(.+\.)?yaml$/.test(name));

/**
 * Copies Pulumi.yaml and the stack files into a folder, for an engine that is to change none of them: where a stack file has no
 * `encryptedkey` or `encryptionsalt`, the engine makes one and writes it there, also in a preview
 * (pulumi/pulumi pkg/cmd/pulumi/stack/secrets.go, SecretsManagerLoader).
 *
 * @param change what a stack file's copy holds
 * @returns the folder
 */
export function copyStackFiles(
  project: string,
  folder: string,
  change: (text: string) => string = (text) => text,
): string {
  mkdirSync(folder, { recursive: true });
  const committed = pulumiFiles(project);
  const link = "stacks";
  for (const name of pulumiFiles(folder)) if (!committed.includes(name)) rmSync(join(folder, name), { force: true });
  // Put in place whole: another command may be reading there.
  const put = (name: string, make: (file: string) => void) => {
    const file = join(folder, `${name}.${process.pid}`);
    make(file);
    renameSync(file, join(folder, name));
  };
  for (const name of committed) {
    const text = readFileSync(join(project, name), "utf8");
    put(name, (file) => writeFileSync(file, name === "Pulumi.yaml" ? text : change(text)));
  }
  // The engine looks for the program that Pulumi.yaml names, though the command runs it.
  put(link, (file) => symlinkSync(join(project, link), file));
  return folder;
}

/** Folder of the engine's file backend within the local state. */
export const backendFolder = (state: string): string => join(state, "backend");

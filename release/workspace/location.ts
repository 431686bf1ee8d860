/** Which backend and AWS account a command works with: those of the shell, or a twin on this machine. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Engine, findEngine } from "../../engine/engine.ts";
import { type Handshake, runningTwin } from "../../twin/client.ts";
import type { WorkspaceLocation } from "./stack.ts";

/** Folder of this project. */
export const root = join(import.meta.dirname, "..", "..");

/** Not a secret: it protects only the local state of a twin. */
const PASSPHRASE = "order-queue";

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
  if (process.env.PULUMI_BACKEND_URL || process.env.PULUMI_ACCESS_TOKEN)
    return { root, engine: await findEngine(), environment: {} };
  return twinLocation(state, await requireTwin(state), await findEngine());
}

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

/** @param project folder of Pulumi.yaml and the stack files */
export function twinLocation(state: string, twin: Handshake, engine: Engine, project = root): WorkspaceLocation {
  const [backend, home] = [backendFolder(state), join(state, "pulumi")];
  for (const folder of [backend, home]) mkdirSync(folder, { recursive: true });
  const environment = {
    ...twin.environment,
    // Beside each file gocloud.dev's fileblob keeps one of its metadata, which it truncates and rewrites (attrs.go): a
    // read of a stack's outputs while another update saves that stack finds it empty ("failed to load checkpoint: EOF").
    PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
    PULUMI_HOME: home,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
  };
  return { root: project, engine, environment };
}

/** Folder of the engine's file backend within the local state. */
export const backendFolder = (state: string): string => join(state, "backend");

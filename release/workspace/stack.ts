import { dirname } from "node:path";
import * as automation from "@pulumi/pulumi/automation/index.js";
import type { Engine } from "../../engine/engine.ts";
import { secretsProviderOf } from "../../stacks/files.ts";
import program from "../../stacks/index.ts";
import { type Plugins, startPlugins } from "./plugins.ts";
import { run } from "./process.ts";
import { dynamicProviderAddress, noteOnSpan, recordingArguments } from "./timings.ts";

/** What a workspace is opened with: the project folder, the engine, and the environment of the engine's processes. */
export interface WorkspaceLocation {
  /** Folder of the project. */
  root: string;
  /** Folder of Pulumi.yaml and the stack files where they are copies ({@link copyStackFiles}); the project's own when left out. */
  stackFiles?: string;
  engine: Engine;
  /** Backend, credentials, proxies: added to this process's environment. */
  environment: Record<string, string>;
}

export type Stack = automation.Stack;

/** Folder in which the engine runs. */
export const stackFiles = ({ root, stackFiles = root }: WorkspaceLocation): string => stackFiles;

/** The variables that a process of Pulumi gets: the engine's, then the location's. */
export function processEnvironment({ engine, environment }: WorkspaceLocation): Record<string, string> {
  return { ...engine.environment, ...environment };
}

/** What is open at a location: to create a workspace, and to select a stack, each starts the engine once. */
interface Open {
  workspace: Promise<automation.LocalWorkspace>;
  stacks: Map<string, Promise<Stack>>;
  plugins?: Promise<Plugins>;
}
const opened = new WeakMap<WorkspaceLocation, Open>();

/** Opens a stack with the program of this process, so that all stacks share what it loaded; makes it when it is new. */
export async function openStack(location: WorkspaceLocation, name: string): Promise<Stack> {
  const { workspace, stacks } = openAt(location);
  const stack = stacks.get(name) ?? workspace.then((opened) => selectOrCreate(location, name, opened));
  stacks.set(name, stack);
  return stack;
}

/** A new stack keeps its secrets as its stack file says; the Automation API takes one secrets provider for all stacks. */
async function selectOrCreate(location: WorkspaceLocation, name: string, workspace: automation.LocalWorkspace) {
  try {
    return await automation.Stack.select(name, workspace);
  } catch (error) {
    if (!(error instanceof automation.StackNotFoundError)) throw error;
    const provider = secretsProviderOf(stackFiles(location), name);
    const args = ["stack", "init", name, ...(provider === undefined ? [] : ["--secrets-provider", provider])];
    await run(location.engine.pulumi, args, { cwd: stackFiles(location), env: processEnvironment(location) });
    return automation.Stack.select(name, workspace);
  }
}

/** Opens a stack as {@link openStack} does, to be planned, updated or refreshed: its engine shares the location's plugins. */
export async function openStackToRun(location: WorkspaceLocation, name: string): Promise<Stack> {
  const open = openAt(location);
  open.plugins ??= startPlugins(location.root, processEnvironment(location));
  const stack = await openStack(location, name);
  const { environment } = await open.plugins;
  noteOnSpan(dynamicProviderAddress, `127.0.0.1:${environment.ORDER_QUEUE_PROVIDER_PORT}`);
  Object.assign(stack.workspace.envVars, environment);
  return stack;
}

/** Stops the processes that were started for a location; no run may be in progress. */
export async function closeWorkspace(location: WorkspaceLocation): Promise<void> {
  await (await opened.get(location)?.plugins)?.stop();
}

function openAt(location: WorkspaceLocation): Open {
  const open = opened.get(location) ?? { workspace: openWorkspace(location), stacks: new Map() };
  opened.set(location, open);
  return open;
}

async function openWorkspace(location: WorkspaceLocation): Promise<automation.LocalWorkspace> {
  return createWorkspace(location, { workDir: stackFiles(location), program });
}

/** Opens a stack with the program and the stack file of another folder, which the engine runs in a process of its own. */
export async function openStackIn(location: WorkspaceLocation, folder: string, name: string): Promise<Stack> {
  return automation.Stack.select(name, await createWorkspace(location, { workDir: folder }));
}

async function createWorkspace(
  location: WorkspaceLocation,
  options: automation.LocalWorkspaceOptions,
): Promise<automation.LocalWorkspace> {
  const settings = { envVars: processEnvironment(location), pulumiCommand: await pulumiCommand(location.engine) };
  const workspace = await automation.LocalWorkspace.create({ ...options, ...settings });
  workspace.serializeArgsForOp = async () => recordingArguments(location.engine.version);
  return workspace;
}

/** An engine as the Automation API takes it: it looks for ROOT/bin/pulumi, or on PATH. */
export function pulumiCommand({ source, binDirectory }: Engine): Promise<automation.PulumiCommand> {
  return automation.PulumiCommand.get(source === "PATH" ? {} : { root: dirname(binDirectory) });
}

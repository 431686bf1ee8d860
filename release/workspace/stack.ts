import { dirname } from "node:path";
import * as automation from "@pulumi/pulumi/automation/index.js";
import type { Engine } from "../../engine/engine.ts";
import program from "../../stacks/index.ts";
import { type Plugins, startPlugins } from "./plugins.ts";

/** Where a command works: the project folder, the engine, and what the engine's processes find in their environment. */
export interface Place {
  /** Folder of Pulumi.yaml and the stack files. */
  root: string;
  engine: Engine;
  /** Backend, credentials, proxies: added to this process's environment. */
  environment: Record<string, string>;
}

export type Stack = automation.Stack;

export function processEnvironment({ engine, environment }: Place): Record<string, string> {
  return { ...engine.environment, ...environment };
}

/** What is open in a place: to make a workspace, and to select a stack, costs a start of the engine each. */
interface Open {
  workspace: Promise<automation.LocalWorkspace>;
  stacks: Map<string, Promise<Stack>>;
  plugins?: Promise<Plugins>;
}
const places = new WeakMap<Place, Open>();

/** Opens a stack with the program of this process, so that all stacks share what it loaded; makes it when it is new. */
export async function openStack(place: Place, name: string): Promise<Stack> {
  const { workspace, stacks } = openPlace(place);
  const stack = stacks.get(name) ?? workspace.then((opened) => automation.Stack.createOrSelect(name, opened));
  stacks.set(name, stack);
  return stack;
}

/** Opens a stack as {@link openStack} does, to be planned, updated or refreshed: its engine shares the place's plugins. */
export async function openStackToRun(place: Place, name: string): Promise<Stack> {
  const open = openPlace(place);
  open.plugins ??= startPlugins(place.root, processEnvironment(place));
  const stack = await openStack(place, name);
  Object.assign(stack.workspace.envVars, (await open.plugins).environment);
  return stack;
}

/** Ends what the place has running; nothing may run in it any more. */
export async function closePlace(place: Place): Promise<void> {
  await (await places.get(place)?.plugins)?.stop();
}

function openPlace(place: Place): Open {
  const open = places.get(place) ?? { workspace: openWorkspace(place), stacks: new Map() };
  places.set(place, open);
  return open;
}

async function openWorkspace(place: Place): Promise<automation.LocalWorkspace> {
  return automation.LocalWorkspace.create({ ...(await workspaceOptions(place)), workDir: place.root, program });
}

/** Opens a stack with the program and the stack file of another folder, which the engine runs in a process of its own. */
export async function openStackIn(place: Place, folder: string, name: string): Promise<Stack> {
  const workspace = await automation.LocalWorkspace.create({ ...(await workspaceOptions(place)), workDir: folder });
  return automation.Stack.select(name, workspace);
}

async function workspaceOptions(place: Place): Promise<automation.LocalWorkspaceOptions> {
  const { engine } = place;
  // The Automation API looks for ROOT/bin/pulumi, or on PATH.
  const pulumiCommand = await automation.PulumiCommand.get(
    engine.source === "PATH" ? {} : { root: dirname(engine.binDirectory) },
  );
  return { pulumiCommand, envVars: processEnvironment(place) };
}

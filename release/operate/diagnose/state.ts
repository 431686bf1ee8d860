import { deployedGraph, type Properties } from "../../plan/graph.ts";
import { parseHistory } from "../../promotion/history.ts";
import { historyCommand } from "../../workspace/engine.ts";
import { run } from "../../workspace/process.ts";
import { processEnvironment, stackFiles, type WorkspaceLocation } from "../../workspace/stack.ts";
import type { Change, Release } from "./facts.ts";

/** What the engine remembers of a stack: the names by which AWS is asked. */
export interface StackState {
  /** Of the stack itself. */
  outputs: Properties;
  /** Outputs of every resource of a type. */
  of(type: string): Properties[];
}

/** Reads a stack's state; an empty one before its first update. */
export async function readState(location: WorkspaceLocation, stack: string): Promise<StackState> {
  const { deployment } = JSON.parse(await pulumi(location, "stack", "export", "--stack", stack));
  const resources = deployedGraph(deployment);
  const of = (type: string) => resources.flatMap((resource) => (resource.type === type ? [resource.outputs] : []));
  return { outputs: of("pulumi:pulumi:Stack")[0] ?? {}, of };
}

/**
 * Release and image of a stack's outputs.
 * @throws Error where the state cannot be read
 */
export async function readRelease(location: WorkspaceLocation, stack: string): Promise<Release> {
  const { release, image } = JSON.parse(await pulumi(location, "stack", "output", "--json", "--stack", stack));
  return { release, image };
}

/** The last update, whether it succeeded or not. */
export async function readChange(location: WorkspaceLocation, stack: string): Promise<Change | undefined> {
  const history = parseHistory(await pulumi(location, ...historyCommand(stack)));
  const update = history.find(({ kind }) => kind === "update");
  if (!update) return undefined;
  const { version, message, author, commit, result, endTime } = update;
  return { version, message, ...(author && { author }), ...(commit && { commit }), result, endTime };
}

function pulumi(location: WorkspaceLocation, ...args: string[]): Promise<string> {
  return run(location.engine.pulumi, args, { cwd: stackFiles(location), env: processEnvironment(location) });
}

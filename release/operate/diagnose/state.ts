import { deployedGraph, type Properties } from "../../plan/graph.ts";
import { parseHistory } from "../../promotion/history.ts";
import { run } from "../../workspace/process.ts";
import { type Place, processEnvironment } from "../../workspace/stack.ts";
import type { Change, Release } from "./facts.ts";

/** What the engine remembers of a stack: the names by which AWS is asked. */
export interface StackState {
  /** Of the stack itself. */
  outputs: Properties;
  /** Outputs of every resource of a type. */
  of(type: string): Properties[];
}

/** Reads a stack's state; an empty one before its first update. */
export async function readState(place: Place, stack: string): Promise<StackState> {
  const { deployment } = JSON.parse(await pulumi(place, "stack", "export", "--stack", stack));
  const resources = deployedGraph(deployment);
  const of = (type: string) => resources.flatMap((resource) => (resource.type === type ? [resource.outputs] : []));
  return { outputs: of("pulumi:pulumi:Stack")[0] ?? {}, of };
}

export async function readRelease(place: Place, stack: string): Promise<Release> {
  const { release, image } = JSON.parse(await pulumi(place, "stack", "output", "--json", "--stack", stack));
  return { release, image };
}

/** The last update, whether it succeeded or not. */
export async function readChange(place: Place, stack: string): Promise<Change | undefined> {
  const history = parseHistory(await pulumi(place, "stack", "history", "--json", "--stack", stack));
  const update = history.find(({ kind }) => kind === "update");
  if (!update) return undefined;
  const { version, message, author, commit, result, endTime } = update;
  return { version, message, ...(author && { author }), ...(commit && { commit }), result, endTime };
}

function pulumi(place: Place, ...args: string[]): Promise<string> {
  return run(place.engine.pulumi, args, { cwd: place.root, env: processEnvironment(place) });
}

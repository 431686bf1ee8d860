import { deployedGraph, type Resource } from "../plan/graph.ts";
import type { StackEngine } from "../workspace/engine.ts";

/** The resources of a stack as its last update left them, without their secrets. */
export async function deployedResources(engine: Pick<StackEngine, "deployment">, stack: string): Promise<Resource[]> {
  return deployedGraph(await engine.deployment(stack));
}

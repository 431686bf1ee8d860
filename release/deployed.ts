import { deployedGraph, type Resource } from "./graph.ts";
import { openStack, type Place } from "./stack.ts";

/** The resources of a stack as its last update left them, without their secrets. */
export async function deployedResources(place: Place, stack: string): Promise<Resource[]> {
  const { deployment } = await (await openStack(place, stack)).exportStack();
  return deployedGraph(deployment);
}

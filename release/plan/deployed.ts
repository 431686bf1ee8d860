import type { StackEngine } from "../workspace/engine.ts";
import { deployedGraph, type Resource } from "./graph.ts";

/** A command that needs a deployed stack. */
export class NotDeployed extends Error {
  override readonly name = "NotDeployed";

  constructor(stack: string) {
    super(`${stack}: is not deployed. Fix: npx order-queue release`);
  }
}

/** The resources of a stack as its last update left them, without their secrets. */
export async function deployedResources(engine: Pick<StackEngine, "deployment">, stack: string): Promise<Resource[]> {
  return deployedGraph(await engine.deployment(stack));
}

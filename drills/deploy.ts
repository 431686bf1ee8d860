import { openStack, reason } from "../release/stack.ts";
import { stacks, staging } from "../stacks/registry.ts";
import type { Local } from "./local.ts";
import { freeStack } from "./locks.ts";
import type { StoreAddress } from "./traffic.ts";

/** One deployed stack. */
export interface Deployed {
  stack: string;
  release: string;
  image: string;
  stores: StoreAddress[];
  /** `same`, `create` … with how many resources. */
  changes: Record<string, number>;
  seconds: number;
}

/** An update that failed, with the engine's own reasons. */
export class DeployFailed extends Error {
  override readonly name = "DeployFailed";
}

/** Brings up staging, then the production stacks side by side: production takes the image that staging built. */
export async function deployAll(local: Local, progress: (line: string) => void): Promise<Deployed[]> {
  const first = await deploy(local, staging.name, progress);
  const production = stacks.filter(({ role }) => role === "production");
  const others = await Promise.all(production.map(({ name }) => deploy(local, name, progress)));
  return [first, ...others];
}

/** One update with the program of this process; the engine's state is unlocked first if a killed update left it locked. */
export async function deploy(
  { place, backend }: Local,
  name: string,
  progress: (line: string) => void,
): Promise<Deployed> {
  const started = performance.now();
  await freeStack(place, backend, name, progress);
  const stack = await openStack(place, name);
  let done = 0;
  try {
    const { outputs, summary } = await stack.up({
      onEvent: ({ resOutputsEvent }) => {
        if (resOutputsEvent && ++done % 25 === 0) progress(`${name}: ${done} resources`);
      },
    });
    const seconds = (performance.now() - started) / 1000;
    const changes = summary.resourceChanges ?? {};
    progress(
      `${name}: deployed and verified in ${seconds.toFixed(1)} s (${Object.entries(changes)
        .map(([op, n]) => `${n} ${op}`)
        .join(", ")})`,
    );
    const stores = ((outputs.stores?.value ?? []) as { name: string; url: string }[]).map((store) => ({
      stack: name,
      ...store,
    }));
    return { stack: name, release: outputs.release?.value, image: outputs.image?.value, stores, changes, seconds };
  } catch (error) {
    throw new DeployFailed(`${name} could not be deployed:\n${reason(error)}`);
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";

const label = "order-queue.twin";

/** Says of everything in the engine which twin it is of: the one on that folder. */
export function labelsOf(directory: string): Record<string, string> {
  return { [label]: directory };
}

/** Removes a twin's containers and networks from the engine, and images that its registry has forgotten. */
export async function removeLeft(docker: Docker, directory: string): Promise<void> {
  const filters = { label: [`${label}=${directory}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true }).catch(ifThere);
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove().catch(ifThere);
  for (const { Id } of await docker.listImages({ filters }))
    if (!existsSync(join(directory, "images", Id.replace(":", "-"))))
      await docker.getImage(Id).remove({ force: true }).catch(ifThere);
}

function ifThere(error: { statusCode?: number }): void {
  // Another process was quicker, or still uses it.
  if (![404, 409].includes(error.statusCode ?? 0)) throw error;
}

/**
 * A process that outlives the twin for as long as it takes to remove its containers, however the twin went: it waits for
 * the end of its standard input, which the twin alone holds open.
 */
export function guard(directory: string): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "guard.ts"), directory], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  child.unref();
  return child;
}

import type { Log } from "../core/log.ts";
import { DockerRuntime } from "./docker.ts";
import { processes } from "./processes.ts";
import type { ContainerRuntime } from "./runtime.ts";

/**
 * What runs the twin's containers: the Docker Engine of DOCKER_HOST or the default socket where one answers, else
 * processes of this machine.
 * @param wanted the one to take, whichever it would be
 * @throws Error why it cannot be Docker, when that is wanted
 */
export async function chooseRuntime(
  directory: string,
  wanted: ContainerRuntime["name"] | undefined,
  log: Log,
): Promise<ContainerRuntime> {
  if (wanted === "processes") return processes;
  try {
    return await DockerRuntime.open(directory);
  } catch (error) {
    const why = `no Docker Engine: ${(error as Error).message}`;
    if (wanted) throw new Error(`Containers cannot run in Docker: ${why}`);
    log("containers run as processes", { why });
    return processes;
  }
}

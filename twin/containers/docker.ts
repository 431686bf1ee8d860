import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import Docker, { type Container, type ContainerCreateOptions } from "dockerode";
import { listen } from "../core/listen.ts";
import type { Authority } from "../internet/authority.ts";
import { Doors, twinHost } from "./doors.ts";
import { guard, labelsOf, removeLeft } from "./leavings.ts";
import type { Build, ContainerRuntime, ContainerSpec, Exit, RunningContainer, Servers } from "./runtime.ts";

/** Where a container finds the authority's certificate. */
const authorityFile = "/run/twin/ca.pem";

/** What tools/docker-base.sh makes; the Dockerfile's base where no registry answers. */
const standIn = "order-queue/node:24";

/**
 * Containers in a Docker Engine on this machine: image, file system, limits, user, signals and exit codes are the
 * engine's. They are in an internal network of the twin's own, from which nothing is reached beyond this machine but by the
 * twin's doors, so what services/ec2 and services/iam decide is not bypassed; the twin reaches a container at its address there. Not modelled: ulimits,
 * mount points, Fargate's platform beside the container, a health check that outlives its time where the twin may not kill it.
 */
export class DockerRuntime implements ContainerRuntime {
  readonly name = "docker";
  readonly #docker: Docker;
  readonly #directory: string;
  readonly #network: string;
  readonly #doors: Doors;
  readonly #guard: ChildProcess;
  readonly #gateway: string;
  #authorityFile = "";

  private constructor(docker: Docker, directory: string, network: { id: string; gateway: string }) {
    this.#docker = docker;
    this.#directory = directory;
    this.#network = network.id;
    this.#gateway = network.gateway;
    this.#doors = new Doors(network.gateway);
    this.#guard = guard(directory);
  }

  /**
   * Removes what a killed twin of the folder has left, and makes a network.
   * @throws Error where no engine answers, or one whose networks this machine has no part in
   */
  static async open(directory: string): Promise<DockerRuntime> {
    const docker = new Docker();
    await Promise.race([
      docker.ping(),
      sleep(3_000, undefined, { ref: false }).then(() => Promise.reject(new Error("it does not answer within 3 s"))),
    ]);
    await removeLeft(docker, directory);
    const name = `order-queue-twin-${process.pid}-${Date.now().toString(36)}`;
    const network = await docker.createNetwork({ Name: name, Internal: true, Labels: labelsOf(directory) });
    const [{ Gateway: gateway } = {}] = (await network.inspect()).IPAM?.Config ?? [];
    if (!gateway || !(await isHere(gateway))) {
      await network.remove();
      throw new Error("its networks are not this machine's, as with Docker Desktop or an engine elsewhere");
    }
    return new DockerRuntime(docker, directory, { id: network.id, gateway });
  }

  async reach(servers: Servers, authority: Authority): Promise<Servers & { noProxy: string }> {
    this.#authorityFile = servers.authorityFile;
    const inside = await this.#doors.openTo(servers, authority);
    return { ...inside, authorityFile, noProxy: `127.0.0.1,localhost,${twinHost}` };
  }

  /** With the stand-in as base where the engine has one. Its steps share this machine's network: a registry may be a proxy here. */
  async build({ name, context, files, platform }: Build): Promise<{ digest: string; engineId: string }> {
    const base = await this.#docker
      .getImage(standIn)
      .inspect()
      .catch(() => undefined);
    const stream = await this.#docker.buildImage(
      { context, src: files },
      {
        t: name,
        networkmode: "host",
        labels: labelsOf(this.#directory),
        ...(base ? { buildargs: { NODE_IMAGE: standIn } } : { platform }),
      },
    );
    const steps = await new Promise<{ error?: string }[]>((resolve, reject) =>
      this.#docker.modem.followProgress(stream, (error, output) => (error ? reject(error) : resolve(output))),
    );
    const error = steps.find((step) => step.error)?.error;
    if (error) throw new Error(`docker build of ${name}: ${error}`);
    const { Id } = await this.#docker.getImage(name).inspect();
    return { digest: Id, engineId: Id };
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const { engineId, digest } = spec.image;
    if (!engineId)
      throw new Error(
        `CannotPullContainerError: ${digest} was built for processes, not by a Docker Engine; start with fresh state, or run containers as processes`,
      );
    const container = await this.#docker.createContainer(this.#options(spec, engineId)).catch((error: Error) => {
      throw new Error(`CannotStartContainerError: ${error.message}`);
    });
    try {
      await readLines(container, this.#docker, spec.onLine);
      await container.start();
      const { State, NetworkSettings } = await container.inspect();
      const [network] = Object.values(NetworkSettings.Networks);
      return {
        pid: State.Pid,
        address: spec.port === undefined ? undefined : { host: network?.IPAddress ?? "", port: spec.port },
        exited: ended(container),
        signal: (name) => void container.kill({ signal: name }).catch(goneAlready),
        run: (command, timeoutMs) => run(container, command, timeoutMs),
      };
    } catch (error) {
      await container.remove({ force: true }).catch(goneAlready);
      throw new Error(`CannotStartContainerError: ${(error as Error).message}`);
    }
  }

  #options({ id, image, entryPoint, command, environment, limits }: ContainerSpec, engineId: string) {
    const memory = limits.memory && limits.memory * 1024 * 1024;
    return {
      name: `order-queue-${id}`,
      Image: engineId,
      Labels: labelsOf(this.#directory),
      ...(entryPoint && { Entrypoint: entryPoint }),
      // As in a task definition: an entry point of one's own drops the image's command.
      ...((command ?? entryPoint) && { Cmd: command ?? [] }),
      ...(limits.user && { User: limits.user }),
      Env: Object.entries({ ...image.env, ...environment }).map(([name, value]) => `${name}=${value}`),
      // The task definition's checks alone count, as on ECS.
      Healthcheck: { Test: ["NONE"] },
      HostConfig: {
        NetworkMode: this.#network,
        ExtraHosts: [`${twinHost}:${this.#gateway}`],
        Binds: [`${this.#authorityFile}:${authorityFile}:ro`],
        ReadonlyRootfs: limits.readonlyRootFilesystem,
        Init: limits.initProcessEnabled,
        ...(limits.cpu && { NanoCpus: (limits.cpu / 1024) * 1e9 }),
        ...(memory && { Memory: memory, MemorySwap: memory }),
        LogConfig: { Type: "none", Config: {} },
      },
    } satisfies ContainerCreateOptions;
  }

  async close(): Promise<void> {
    this.#doors.close();
    await removeLeft(this.#docker, this.#directory);
    this.#guard.kill();
  }
}

/** Whether an address is one of this machine's; a bridge without containers is, though it is not up. */
async function isHere(address: string): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, 0, "containers", address);
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

async function readLines(container: Container, docker: Docker, onLine: (line: string) => void): Promise<void> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const [out, err] = [new PassThrough(), new PassThrough()];
  for (const part of [out, err]) createInterface({ input: part }).on("line", onLine);
  docker.modem.demuxStream(stream, out, err);
  stream.on("end", () => {
    out.end();
    err.end();
  });
}

/** Its end, after which it is removed. */
async function ended(container: Container): Promise<Exit> {
  try {
    const { StatusCode: code } = await container.wait();
    const { State } = await container.inspect();
    // AmazonECS/latest/developerguide/stopped-task-error-codes.html, OutOfMemoryError.
    const reason = State.OOMKilled ? "OutOfMemoryError: Container killed due to memory usage" : undefined;
    await container.remove({ force: true }).catch(goneAlready);
    return { code, reason };
  } catch {
    // It was removed, or the engine stopped: as if it had been killed.
    return { code: 137 };
  }
}

async function run(container: Container, command: string[], timeoutMs: number): Promise<boolean> {
  try {
    const exec = await container.exec({ Cmd: command });
    const over = sleep(timeoutMs, false, { ref: false });
    const answer = await Promise.race([passes(exec), over]);
    if (!answer) await killExec(exec);
    return answer;
  } catch {
    // The container ended meanwhile.
    return false;
  }
}

async function passes(exec: Docker.Exec): Promise<boolean> {
  const stream = await exec.start({ Detach: false });
  await new Promise((resolve) => stream.resume().on("close", resolve).on("end", resolve));
  // Its output may end before the engine has its exit code.
  for (;;) {
    const { Running, ExitCode } = await exec.inspect();
    if (!Running && ExitCode !== null) return ExitCode === 0;
    await sleep(10);
  }
}

async function killExec(exec: Docker.Exec): Promise<void> {
  const { Running, Pid } = await exec.inspect();
  try {
    if (Running) process.kill(Pid, "SIGKILL");
  } catch {
    // It ended in the meantime, or is another user's.
  }
}

/** The engine's answer about what is not there any more, or does not run. */
function goneAlready(error: { statusCode?: number }): void {
  if (![404, 409].includes(error.statusCode ?? 0)) throw error;
}

/** What one container is started from; where its files come from is the runtime's own business. */
export interface ContainerSpec {
  /** Unique among running containers. */
  id: string;
  image: Image;
  /** In place of the image's, as in a task definition. */
  entryPoint?: string[] | undefined;
  command?: string[] | undefined;
  /** On top of the image's. */
  environment: Record<string, string>;
  /** The port it listens on inside, when it has one. */
  port?: number | undefined;
  /** Gets every line of stdout and stderr. */
  onLine: (line: string) => void;
}

/** An image as it lies on this machine. */
export interface Image {
  /** `sha256:…`. */
  digest: string;
  /** Holds the files of its working directory. */
  directory: string;
  entrypoint: string[];
  cmd: string[];
  env: Record<string, string>;
}

export interface RunningContainer {
  /** Process id on this machine of the container's first process. */
  pid: number;
  /** Where its port is reached from the twin; undefined when it has none. */
  address?: { host: string; port: number } | undefined;
  /** Resolves with the exit code, 128 + signal when one ended it. */
  exited: Promise<number>;
  /** Sends a signal to its first process; SIGKILL goes to all of them. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Runs a command inside, as a health check does; true when it exits with 0 within `timeoutMs`. */
  run(command: string[], timeoutMs: number): Promise<boolean>;
}

/** Starts containers; what is behind it (processes, a Docker Engine) shows in `name` alone. */
export interface ContainerRuntime {
  readonly name: "processes" | "docker";
  /** @throws Error when it cannot be started at all */
  start(spec: ContainerSpec): Promise<RunningContainer>;
}

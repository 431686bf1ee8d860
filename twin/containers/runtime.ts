import type { Authority } from "../internet/authority.ts";

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
  limits: Limits;
  /** Gets every line of stdout and stderr. */
  onLine: (line: string) => void;
}

/** What a task definition lets a container have. */
export interface Limits {
  /** In units of 1/1024 of a processor; as much as there is when none is given. */
  cpu?: number | undefined;
  /** In MiB; what takes more is killed. As much as there is when none is given. */
  memory?: number | undefined;
  /** `name`, `uid` or `uid:gid`, in place of the image's. */
  user?: string | undefined;
  readonlyRootFilesystem: boolean;
  /** A process 1 of its own that passes signals on and reaps what is orphaned. */
  initProcessEnabled: boolean;
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
  /** Its id in the Docker Engine that built it; none when none did. */
  engineId?: string | undefined;
}

/** Where an image is built from. */
export interface Build {
  /** The name that the program gives it, with its tag. */
  name: string;
  /** Absolute path of the build context, with its Dockerfile and without what is ignored. */
  context: string;
  /** Its files, relative to it and sorted. */
  files: string[];
  platform?: string | undefined;
}

/** How a container ended. */
export interface Exit {
  /** 128 + signal when one ended it. */
  code: number;
  /** In ECS's words, when there is more to say than the code. */
  reason?: string | undefined;
}

/** Servers of the twin that containers call, by URL, and the authority that they trust. */
export interface Servers {
  proxy: string;
  sqs: string;
  /** AWS's other APIs. */
  aws: string;
  credentials: string;
  /** File of PEM. */
  authorityFile: string;
}

export interface RunningContainer {
  /** Process id on this machine of the container's first process. */
  pid: number;
  /** Where its port is reached from the twin; undefined when it has none. */
  address?: { host: string; port: number } | undefined;
  exited: Promise<Exit>;
  /** Sends a signal to its first process; SIGKILL goes to all of them. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Runs a command inside, as a health check does; true when it exits with 0 within `timeoutMs`. */
  run(command: string[], timeoutMs: number): Promise<boolean>;
}

/** Starts containers; what is behind it (processes, a Docker Engine) shows in `name` alone. */
export interface ContainerRuntime {
  readonly name: "processes" | "docker";
  /**
   * Lets containers reach the servers, which listen on this machine's loopback; called once, before any container.
   * @returns where a container finds them
   */
  reach(servers: Servers, authority: Authority): Promise<Servers & { noProxy: string }>;
  /**
   * Builds an image.
   * @returns its digest, and its id in the engine where one built it
   * @throws Error what `docker build` would print
   */
  build(build: Build): Promise<{ digest: string; engineId?: string }>;
  /** @throws Error when it cannot be started at all */
  start(spec: ContainerSpec): Promise<RunningContainer>;
  /** Removes what it created beside containers, when they have all stopped. */
  close(): Promise<void>;
}

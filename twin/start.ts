import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { operatorKey } from "./api/signature.ts";
import { alive, type Handshake, handshakeFile, runningTwin } from "./client.ts";
import { type Cloud, startCloud } from "./cloud.ts";
import { chooseRuntime } from "./containers/choose.ts";
import type { ContainerRuntime } from "./containers/runtime.ts";
import { logTo } from "./core/log.ts";
import { Store } from "./core/store.ts";
import { serve } from "./pulumi/server.ts";
import { docker } from "./services/docker/resources.ts";
import type { HandMadePolicy } from "./services/iam/managed.ts";
import type { HandMadeKey } from "./services/kms/behaviour.ts";
import { aws } from "./services/resources.ts";
import type { HandMadeSecret } from "./services/secretsmanager/behaviour.ts";
import { tls } from "./services/tls/resources.ts";

export interface Twin {
  handshake: Handshake;
  close(): Promise<void>;
}

export interface TwinOptions {
  /** Folder of all that the twin keeps; a twin that starts on it again has everything it had. */
  directory: string;
  /** The AWS account it is, 12 digits. */
  account: string;
  /** Hosted zones of the account: prerequisites. */
  zones: string[];
  /** Secrets that are prerequisites, created manually. */
  secrets?: HandMadeSecret[];
  /** Keys of KMS that are prerequisites, created manually. */
  keys?: HandMadeKey[];
  /** Managed policies of IAM that are prerequisites, created manually. */
  policies?: HandMadePolicy[];
  /** Name of the role that deploys, whose policies are among those; an administrator deploys when it is left out. */
  deployer?: string | undefined;
  /** Environment variables that every container gets beside its own; none when none are given. */
  variables?: Record<string, string>;
  /** Port of its internet, the HTTP CONNECT proxy; any free one when none is given. */
  proxyPort?: number;
  /** What runs its containers; a Docker Engine where one answers, else processes, when none is given. */
  containers?: ContainerRuntime["name"] | undefined;
  /** Called when the control API is asked to end the twin. */
  onShutdown?: () => void;
}

/** Starts the data plane and the provider side on free ports of 127.0.0.1. */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  const {
    account,
    zones,
    secrets = [],
    keys = [],
    policies = [],
    deployer,
    variables = {},
    proxyPort = 0,
    onShutdown = () => {},
  } = options;
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true });
  const release = await claim(directory);
  const store = new Store(directory);
  const log = logTo(join(directory, "twin.log"));
  const runtime = await chooseRuntime(directory, options.containers, log);
  const ports = { proxy: proxyPort };
  const cloud = await startCloud({
    ...{
      store,
      directory,
      account,
      zones,
      secrets,
      keys,
      policies,
      deployer,
      variables,
      runtime,
      ports,
      onShutdown,
      log,
    },
  });
  const servers = await Promise.all([
    serve(aws, cloud),
    serve(docker, { ...cloud, deployer: undefined }),
    serve(tls, cloud),
  ]);
  const handshake: Handshake = {
    pid: process.pid,
    api: cloud.apiUrl,
    environment: {
      ...operatorEnvironment(cloud),
      PULUMI_DEBUG_PROVIDERS: servers.map(({ name, port }) => `${name}:${port}`).join(","),
    },
  };
  writeFileSync(handshakeFile(directory), JSON.stringify(handshake, null, 2));
  return {
    handshake,
    close: async () => {
      // Clients no longer find it; the next twin on the folder waits for its end.
      rmSync(handshakeFile(directory), { force: true });
      for (const server of servers) server.close();
      await cloud.close();
      store.close();
      release();
    },
  };
}

/** What points an operator's AWS SDK, curl and Node at the twin; the credentials are accepted by nothing else. */
export function operatorEnvironment({ proxyUrl, awsUrl, sqs, authority }: Cloud): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: operatorKey.id,
    AWS_SECRET_ACCESS_KEY: operatorKey.secret,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    HTTPS_PROXY: proxyUrl,
    // npm's packages are no part of it: a rollback to a commit with another lockfile installs them.
    NO_PROXY: `127.0.0.1,localhost,${new URL(process.env.npm_config_registry ?? "https://registry.npmjs.org").hostname}`,
    NODE_USE_ENV_PROXY: "1",
    NODE_EXTRA_CA_CERTS: authority.file,
    // Of AWS CLI and boto3, where they go past AWS_ENDPOINT_URL.
    AWS_CA_BUNDLE: authority.file,
    // Attached providers need no plugin; without this the engine first tries to download them, for some 3 s a command.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** How long a twin that is ending may take: its containers have to drain. In milliseconds. */
const ENDING_MS = 20_000;

/**
 * One twin a folder: two would overwrite each other's state. Waits for one that is on its way out.
 * @throws Error that names the process in the way
 */
async function claim(directory: string): Promise<() => void> {
  const file = join(directory, "twin.pid");
  for (const deadline = Date.now() + ENDING_MS; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch {
      const pid = holder(file);
      if (pid === undefined || !alive(pid)) rmSync(file, { force: true });
      else if ((await runningTwin(directory)) || Date.now() > deadline)
        throw new Error(
          `a twin is running on ${directory} already (process ${pid}): stop it first (kill ${pid}), or give another folder with --state`,
        );
      else await sleep(100);
    }
  }
}

function holder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * A language host for Node programs and policy packs, for engines that come without one that can start policy packs: the
 * official distribution has its own, but its source is in no module that the Go module proxy serves.
 *
 * The calls and the command lines are those of the official host (pulumi/pulumi,
 * sdk/nodejs/cmd/pulumi-language-nodejs/main.go, v3.260.0). Not served: what only `pulumi new`, `install`, `about`,
 * `convert` and `package` ask for, debuggers, and synchronous invokes. A policy pack does not get the stack's
 * configuration.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";

type RunRequest = InstanceType<typeof messages.RunRequest>;
type RunPluginRequest = InstanceType<typeof messages.RunPluginRequest>;
type Output = grpc.ServerWritableStream<RunPluginRequest, unknown>;

/** Exit code of a Node program that has already logged what is wrong (@pulumi/pulumi/cmd/run). */
const ALREADY_LOGGED = 32;

/**
 * Serves the language runtime `nodejs` on 127.0.0.1.
 *
 * @param started ports of plugins that run already, by their folder: they are used instead of starting another one
 * @param engine address of the engine that started this process; an engine that attaches sends its own
 * @returns the port it listens on
 */
export async function serveLanguageHost(
  started: ReadonlyMap<string, number> = new Map(),
  engine = "",
): Promise<number> {
  let engineAddress = engine;
  const server = new grpc.Server();
  const running = new Set<ChildProcess>();
  server.addService(services.LanguageRuntimeService as unknown as grpc.ServiceDefinition, {
    handshake: answer((request: InstanceType<typeof messages.LanguageHandshakeRequest>) => {
      engineAddress = request.getEngineAddress();
      return new messages.LanguageHandshakeResponse();
    }),
    getPluginInfo: answer(() => new plugins.PluginInfo()),
    // The engine finds out which providers it needs when a resource asks for one.
    getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
    getRequiredPlugins: answer(() => new messages.GetRequiredPluginsResponse()),
    run: answer((request: RunRequest) => runProgram(request, engineAddress, running)),
    runPlugin: (call: Output) => {
      const port = started.get(resolve(call.request.getInfo()?.getProgramDirectory() ?? ""));
      // The stream stays open: the plugin has not stopped.
      if (port !== undefined) call.write(output("stdout", Buffer.from(`${port}\n`)));
      else runPlugin(call, running);
    },
    cancel: answer(() => {
      for (const child of running) child.kill("SIGINT");
      return new empties.Empty();
    }),
  });
  return new Promise((done, failed) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? failed(error) : done(port),
    ),
  );
}

async function runProgram(request: RunRequest, engine: string, running: Set<ChildProcess>) {
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: folder,
    parallel: String(request.getParallel()),
  };
  const given = Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
  const child = spawn(
    "node",
    [
      moduleOf("@pulumi/pulumi/cmd/run", folder),
      ...given,
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info?.getEntryPoint() ?? request.getProgram(),
      ...request.getArgsList(),
    ],
    {
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        ...typeScript(info),
      },
    },
  );
  const code = await ended(child, running);
  const response = new messages.RunResponse();
  if (code === ALREADY_LOGGED) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

async function runPlugin(call: Output, running: Set<ChildProcess>): Promise<void> {
  const request = call.request;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const isPack = request.getKind() === "analyzer";
  const env = Object.fromEntries(
    request.getEnvList().map((line) => [line.split("=", 1)[0], line.replace(/^[^=]*=/, "")]),
  );
  try {
    const child = spawn(
      "node",
      // A policy pack takes its folder last, any other plugin first.
      isPack
        ? [moduleOf("@pulumi/pulumi/cmd/run-policy-pack", folder), ...request.getArgsList(), folder]
        : [moduleOf("@pulumi/pulumi/cmd/run-plugin", folder), folder, ...request.getArgsList()],
      { cwd: isPack ? folder : request.getPwd(), env: { ...env, ...typeScript(request.getInfo()) } },
    );
    child.stdout.on("data", (data: Buffer) => call.write(output("stdout", data)));
    child.stderr.on("data", (data: Buffer) => call.write(output("stderr", data)));
    call.on("cancelled", () => child.kill("SIGKILL"));
    const code = await ended(child, running);
    const response = new messages.RunPluginResponse();
    response.setExitcode(code);
    call.write(response);
    call.end();
  } catch (error) {
    call.emit("error", { code: grpc.status.UNKNOWN, details: (error as Error).message });
  }
}

/** Resolves with the exit code, 1 when a signal stopped it. */
function ended(child: ChildProcess, running: Set<ChildProcess>): Promise<number> {
  running.add(child);
  return new Promise<number>((done, failed) =>
    child.on("error", failed).on("close", (code) => done(code ?? 1)),
  ).finally(() => running.delete(child));
}

function output(stream: "stdout" | "stderr", data: Uint8Array) {
  const response = new messages.RunPluginResponse();
  if (stream === "stdout") response.setStdout(data);
  else response.setStderr(data);
  return response;
}

/** The project's own SDK runs its programs and packs. */
function moduleOf(name: string, folder: string): string {
  return createRequire(pathToFileURL(join(folder, "package.json"))).resolve(name);
}

/** `runtime.options.typescript` of the project file; true when it is left out. */
function typeScript(info: ReturnType<RunRequest["getInfo"]>): Record<string, string> {
  const options = info?.getOptions()?.toJavaScript() as { typescript?: boolean } | undefined;
  return options?.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" };
}

function answer<Request, Response>(method: (request: Request) => Response | Promise<Response>) {
  return async (call: grpc.ServerUnaryCall<Request, Response>, respond: grpc.sendUnaryData<Response>) => {
    try {
      respond(null, await method(call.request));
    } catch (error) {
      respond({ code: grpc.status.UNKNOWN, details: (error as Error).message });
    }
  };
}

if (import.meta.main) {
  // The engine holds the other end of standard input for as long as it runs.
  process.stdin.resume().on("end", () => process.exit());
  console.log(await serveLanguageHost(undefined, process.argv.at(-1)));
}

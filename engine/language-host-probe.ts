import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** How long (ms) a language host may take to start and answer. */
const PATIENCE = 10_000;

/**
 * Whether a language host can start policy packs. The newest whose source the Go module proxy serves (v3.65.0, April
 * 2023) answers RunPlugin with "not supported", still older ones with UNIMPLEMENTED.
 */
export async function startsPolicyPacks(languageHost: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const [grpc, { default: services }, { default: messages }] = await Promise.all([
    import("@grpc/grpc-js"),
    import("@pulumi/pulumi/proto/language_grpc_pb.js"),
    import("@pulumi/pulumi/proto/language_pb.js"),
  ]);
  // It takes an engine's address, which a call that starts nothing does not use.
  const host = spawn(languageHost, ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "ignore"], env });
  try {
    const lines = createInterface(host.stdout);
    const late = AbortSignal.timeout(PATIENCE);
    const [port] = await Promise.race([once(lines, "line", { signal: late }), once(host, "exit").then(() => [""])]);
    if (!/^\d+$/.test(String(port))) return false;
    const client = new services.LanguageRuntimeClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const nothing = new messages.RunPluginRequest();
    // A folder that no module is found from.
    nothing.setInfo(new messages.ProgramInfo().setProgramDirectory("/dev/null"));
    const call = client.runPlugin(nothing, { deadline: Date.now() + PATIENCE }).resume();
    const error = await Promise.race([
      once(call, "error").then(([refusal]) => refusal as { code: number; details: string }),
      once(call, "end").then(() => undefined),
    ]);
    client.close();
    return error?.code !== grpc.status.UNIMPLEMENTED && error?.details !== "not supported";
  } catch {
    return false;
  } finally {
    host.kill("SIGKILL");
  }
}

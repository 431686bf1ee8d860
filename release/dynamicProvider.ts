import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { type Place, processEnvironment } from "./stack.ts";

/** Pulumi's own provider of dynamic resources, running for several engines at once. */
export interface SharedProvider {
  /** The place with the provider attached. */
  place: Place;
  stop(): void;
}

/**
 * Starts the dynamic provider once and attaches it to every engine of the place. Left alone, each engine starts one of
 * its own, at half a second of processor time each.
 */
export async function shareDynamicProvider(place: Place): Promise<SharedProvider> {
  const script = createRequire(`${place.root}/package.json`).resolve("@pulumi/pulumi/cmd/dynamic-provider");
  const env = { ...process.env, ...processEnvironment(place) };
  // Its first argument is a placeholder, its second the engine that it would log to; attached ones log to none.
  const child = spawn(process.execPath, [script, "attached", "127.0.0.1:0"], {
    cwd: place.root,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject).once("exit", (code) => reject(new Error(`the dynamic provider ended with ${code}`)));
  });
  const attached = [env.PULUMI_DEBUG_PROVIDERS, `pulumi-nodejs:${port}`].filter(Boolean).join(",");
  return {
    place: { ...place, environment: { ...place.environment, PULUMI_DEBUG_PROVIDERS: attached } },
    stop: () => void child.kill(),
  };
}

import { readFileSync } from "node:fs";
import https from "node:https";
import tls from "node:tls";
import type { Properties } from "../../plan/graph.ts";
import type { Host } from "./facts.ts";
import type { StackState } from "./state.ts";

/** Milliseconds for one answer. */
const patience = 3_000;

/**
 * What a store sees: TLS with the right name and chain, and GET /version over it, at the stack's domain and at every
 * store's host name. Proxy and authorities of `environment` are followed, else those of this process.
 */
export function readHosts(state: StackState, environment: Record<string, string>): Promise<Host[]> {
  const { domain, stores = [] }: Properties = state.outputs;
  const hostnames: string[] =
    domain === undefined ? [] : [domain, ...stores.map(({ hostname }: Properties) => hostname)];
  const file = environment.NODE_EXTRA_CA_CERTS;
  const ca = file === undefined ? undefined : [...tls.rootCertificates, readFileSync(file, "utf8")];
  const agent = new https.Agent({ proxyEnv: { ...process.env, ...environment }, keepAlive: false, ...(ca && { ca }) });
  return Promise.all(hostnames.map((hostname) => ask(hostname, agent)));
}

function ask(hostname: string, agent: https.Agent): Promise<Host> {
  return new Promise((resolve) => {
    const request = https.get({ hostname, path: "/version", agent, timeout: patience }, async (response) => {
      const { statusCode: status = 0 } = response;
      const body = await response.toArray().catch(() => []);
      const release = releaseIn(Buffer.concat(body).toString());
      const problem = status === 200 ? undefined : `GET /version was answered ${status}`;
      resolve({ hostname, status, ...(release && { release }), ...(problem && { problem }) });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${patience / 1000} s`)));
    request.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ hostname, problem: [error.code, error.message].filter(Boolean).join(": ") }),
    );
  });
}

function releaseIn(body: string): string | undefined {
  try {
    return JSON.parse(body).release;
  } catch {
    return undefined;
  }
}

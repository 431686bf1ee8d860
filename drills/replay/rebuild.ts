import type { Control } from "../control.ts";
import { type Browser, NoAnswer } from "../http.ts";
import { until } from "../wait.ts";

/** One container of a stack's ingest, stopped, and started again by ECS. */
export interface Rebuild {
  stack: string;
  /** Task ids; the new one is undefined where none came. */
  before: string;
  after: string | undefined;
  /** From the stop until the new one takes orders. */
  seconds: number;
}

/** What a store's browser is shown at a host name. */
export interface Shown {
  hostname: string;
  /** Subject alternative names of the certificate. */
  names: string;
  /** SHA-256 of the certificate. */
  fingerprint: string;
  /** Why there was no answer over TLS; undefined when there was. */
  problem?: string;
}

/** Stops one ingest container and waits until another one is healthy behind the load balancer. */
export async function rebuildContainer(control: Control, stack: string, say: (line: string) => void): Promise<Rebuild> {
  const ingest = async () =>
    (await control.runningTasks()).filter(({ service }) => service.startsWith(`${stack}-ingest`)).map(({ id }) => id);
  const running = await ingest();
  const [before] = running;
  if (before === undefined) throw new Error(`${stack} runs no ingest container that could be rebuilt`);
  const began = performance.now();
  say(`${stack}: an ingest container is rebuilt`);
  await control.stop(before, "rebuilt");
  const after = await until(async () => {
    const healthy = await control.healthyTasks();
    return (await ingest()).find((id) => !running.includes(id) && healthy.has(id));
  });
  return { stack, before, after, seconds: (performance.now() - began) / 1000 };
}

/** The certificate of every host name, each by a handshake of its own, which fails where the name or the chain is wrong. */
export function look(browser: Browser, hostnames: readonly string[]): Promise<Shown[]> {
  return Promise.all(
    hostnames.map(async (hostname) => {
      try {
        const { names, fingerprint } = await browser.request(`https://${hostname}/version`);
        return { hostname, names, fingerprint };
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        return { hostname, names: "", fingerprint: "", problem: error.message };
      }
    }),
  );
}

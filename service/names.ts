/** Host names by DNS queries of this process's own, kept as long as their records allow. */
import { type LookupAddress, lookup, type promises } from "node:dns";
import type { LookupFunction } from "node:net";
import type { Clock } from "./clock.ts";

/** An address is kept no longer, so that an ERP that moves is found soon, and no shorter, whatever its record says. */
const LONGEST_SECONDS = 60;
const SHORTEST_SECONDS = 1;

interface Entry {
  addresses: LookupAddress[];
  until: number;
}

/**
 * `dns.lookup`, which Node uses by default, calls getaddrinfo on one of libuv's few threads: as many names as there are
 * threads, whose name servers do not answer, stop every other lookup of the process (Node.js, "DNS": "Implementation
 * considerations"; https://docs.libuv.org/en/v1.x/threadpool.html). The names are those of the settings, so the memory is
 * bounded.
 */
export class Names {
  readonly #resolver: Pick<promises.Resolver, "resolve4" | "resolve6">;
  readonly #clock: Clock;
  readonly #known = new Map<string, Entry>();
  readonly #asked = new Map<string, Promise<LookupAddress[]>>();

  constructor(resolver: Pick<promises.Resolver, "resolve4" | "resolve6">, clock: Clock) {
    this.#resolver = resolver;
    this.#clock = clock;
  }

  /** In place of `dns.lookup`. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    // The settings allow this name to tests and trials, and name servers need not know it.
    if (hostname === "localhost") return lookup(hostname, options as { all: true }, callback);
    this.#addresses(hostname).then(
      (all) => {
        const fits = all.filter(({ family }) => !options.family || family === Number(options.family));
        if (options.all) callback(null, fits);
        else callback(null, fits[0]?.address ?? "", fits[0]?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };

  #addresses(hostname: string): Promise<LookupAddress[]> {
    const known = this.#known.get(hostname);
    if (known && this.#clock.now() < known.until) return Promise.resolve(known.addresses);
    const asked = this.#asked.get(hostname) ?? this.#ask(hostname, known);
    this.#asked.set(hostname, asked);
    return asked;
  }

  /** The addresses of before are better than none while no name server answers. */
  async #ask(hostname: string, before: Entry | undefined): Promise<LookupAddress[]> {
    try {
      const { addresses, seconds } = await this.#query(hostname);
      this.#known.set(hostname, { addresses, until: this.#clock.now() + seconds * 1000 });
      return addresses;
    } catch (error) {
      if (before === undefined || doesNotExist(error)) throw error;
      return before.addresses;
    } finally {
      this.#asked.delete(hostname);
    }
  }

  /** @throws what the first of the two queries failed with, where neither has an address */
  async #query(hostname: string): Promise<{ addresses: LookupAddress[]; seconds: number }> {
    const [four, six] = await Promise.allSettled([
      this.#resolver.resolve4(hostname, { ttl: true }),
      this.#resolver.resolve6(hostname, { ttl: true }),
    ]);
    const found = [four, six].flatMap((answer, index) =>
      answer.status === "fulfilled" ? answer.value.map((record) => ({ ...record, family: index === 0 ? 4 : 6 })) : [],
    );
    if (found.length === 0) throw four.status === "rejected" ? four.reason : (six as PromiseRejectedResult).reason;
    const ttl = Math.min(...found.map((record) => record.ttl));
    return {
      addresses: found.map(({ address, family }) => ({ address, family })),
      seconds: Math.max(SHORTEST_SECONDS, Math.min(LONGEST_SECONDS, ttl)),
    };
  }
}

function doesNotExist(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOTFOUND";
}

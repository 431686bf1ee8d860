import type { Clock } from "../core/clock.ts";

/** What a name leads to; of one that is not there, for how many seconds a resolver may keep that (its zone's SOA). */
export type Destination =
  | { kind: "load balancer"; arn: string }
  | { kind: "erp" }
  | { kind: "resolver" }
  | { kind: "queues" }
  | { kind: "none"; reason: string; negativeSeconds?: number };

interface Records {
  resolve(host: string): Destination;
}

/**
 * The resolver of a VPC, which containers ask: it keeps the answer that a name does not exist (RFC 2308, 5), so that a name
 * asked for too early stays away after its record is there. Not modelled: one resolver for each VPC, the keeping of names
 * that exist (a change shows at once).
 */
export class VpcResolver {
  readonly #dns: Records;
  readonly #now: Clock;
  readonly #absent = new Map<string, { until: number; answer: Destination }>();

  constructor(dns: Records, now: Clock) {
    this.#dns = dns;
    this.#now = now;
  }

  resolve(host: string): Destination {
    const name = host.toLowerCase().replace(/\.$/, "");
    const kept = this.#absent.get(name);
    if (kept && this.#now() < kept.until) return kept.answer;
    this.#absent.delete(name);
    const answer = this.#dns.resolve(name);
    if (answer.kind === "none" && answer.negativeSeconds !== undefined) {
      const reason = `${answer.reason} (kept for ${answer.negativeSeconds} s)`;
      const until = this.#now() + answer.negativeSeconds * 1000;
      this.#absent.set(name, { until, answer: { kind: "none", reason } });
    }
    return answer;
  }
}

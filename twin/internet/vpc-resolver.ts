import type { Clock } from "../core/clock.ts";

/** What a name leads to; of one that is not there, for how many seconds a resolver may keep that (its zone's SOA). */
export type Destination =
  | { kind: "load balancer"; arn: string }
  | { kind: "erp" }
  | { kind: "resolver" }
  | { kind: "queues" }
  | { kind: "none"; reason: string; negativeSeconds?: number }
  /** No name server answers. */
  | { kind: "unanswered"; reason: string };

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
  /** Names of which no name server answers, and how often each was asked for meanwhile. */
  readonly #hanging = new Map<string, number>();

  constructor(dns: Records, now: Clock) {
    this.#dns = dns;
    this.#now = now;
  }

  /** The name's name servers do not answer any more, or do again. Not after a restart of the twin. */
  hang(host: string, hangs: boolean): void {
    if (hangs) this.#hanging.set(nameOf(host), 0);
    else this.#hanging.delete(nameOf(host));
  }

  /** How often the name was asked for since its name servers do not answer; undefined where they do. */
  unanswered(host: string): number | undefined {
    return this.#hanging.get(nameOf(host));
  }

  resolve(host: string): Destination {
    const name = nameOf(host);
    const asked = this.#hanging.get(name);
    if (asked !== undefined) {
      this.#hanging.set(name, asked + 1);
      return { kind: "unanswered", reason: `${name}: no name server answers` };
    }
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

const nameOf = (host: string): string => host.toLowerCase().replace(/\.$/, "");

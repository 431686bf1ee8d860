import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import type { Resource, Store } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import { isQueueHost } from "../../internet/queue-hosts.ts";
import { resolverHost } from "../../internet/resolver.ts";
import type { Destination } from "../../internet/vpc-resolver.ts";

/**
 * Route 53 and the rest of the twin's name system. A name in a hosted zone is what its records say; a name of a
 * load balancer is that load balancer; a name elsewhere is what its owner has published of it; any other name under
 * `.example` (RFC 2606) is an ERP system of a store, and one name is a public resolver (internet/resolver.ts).
 * Not modelled: routing policies, health checks, TTLs (a change shows at once), private zones, addresses in records.
 */

export interface HostedZone {
  zoneId: string;
  /** Without a trailing dot. */
  name: string;
}

/**
 * Seconds for which a resolver may keep that a name of a hosted zone does not exist: the TTL of the zone's SOA record, which is
 * less than its last field (Route 53 developer guide, "The SOA record": TTL 900, minimum 86400; RFC 2308, 5).
 */
const negativeSeconds = 900;

/** A DNS name in the form in which names compare (RFC 4343, RFC 1034). */
export const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

const within = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

/** The same zone id on every machine, so that a stack's recorded state stays true. */
export function hostedZone(name: string): HostedZone {
  const id = createHash("sha256").update(plain(name)).digest("hex").slice(0, 20).toUpperCase();
  return { zoneId: `Z${id}`, name: plain(name) };
}

/** A CNAME record that a store, not the platform, publishes, in a zone that is not in Route 53. */
export interface ForeignRecord {
  /** Without a trailing dot. */
  name: string;
  /** What it leads to, without a trailing dot. */
  value: string;
}

/** Emits `published` when a record elsewhere than in Route 53 comes or goes. */
export class Dns extends EventEmitter<{ published: [] }> {
  readonly zones: readonly HostedZone[];
  readonly #view: View;
  readonly #store: Store;

  constructor(view: View, store: Store, zones: readonly HostedZone[]) {
    super();
    this.#view = view;
    this.#store = store;
    this.zones = zones;
  }

  /** Records elsewhere than in Route 53. */
  foreign(): ForeignRecord[] {
    return this.#store.readAll<ForeignRecord>("foreign-record");
  }

  /** @throws Error for a name in a hosted zone: its records are Route 53's. */
  publish(host: string, value: string): ForeignRecord {
    const name = plain(host);
    const zone = this.#zone(name);
    if (zone) throw new Error(`${name} lies in the hosted zone ${zone.name}: its records are made through Route 53`);
    const record = { name, value: plain(value) };
    this.#store.write("foreign-record", name, record);
    this.emit("published");
    return record;
  }

  /** Takes a name's CNAME record away, as its owner does, or a manual change in Route 53. */
  withdraw(host: string): void {
    const name = plain(host);
    const zone = this.#zone(name);
    const record = zone && this.#record(zone, name, "CNAME");
    if (record) this.#store.remove(record.type, record.id, record.region);
    else this.#store.erase("foreign-record", name);
    this.emit("published");
  }

  /** Where a connection to `host` goes. */
  resolve(host: string): Destination {
    let name = plain(host);
    // RFC 1034 sets no limit to a chain of CNAMEs; resolvers stop somewhere between 8 and 16.
    for (let hop = 0; hop < 8; hop++) {
      const balancer = this.#loadBalancer(name);
      if (balancer) return { kind: "load balancer", arn: balancer.outputs.arn };
      const zone = this.#zone(name);
      const next = zone ? (this.#target(zone, name, "A") ?? this.#target(zone, name, "CNAME")) : this.cname(name);
      if (!next) return outside(name, zone);
      name = next;
    }
    return { kind: "none", reason: `${host}: too many CNAME records in a row` };
  }

  /** The value of a CNAME record, without a trailing dot. */
  cname(host: string): string | undefined {
    const name = plain(host);
    const zone = this.#zone(name);
    return zone
      ? this.#target(zone, name, "CNAME")
      : this.#store.read<ForeignRecord & Record<string, string>>("foreign-record", name)?.value;
  }

  #zone(name: string): HostedZone | undefined {
    return this.zones.find((candidate) => within(name, candidate.name));
  }

  #target(zone: HostedZone, name: string, type: string): string | undefined {
    const record = this.#record(zone, name, type);
    const target: unknown = record?.outputs.aliases?.[0]?.name ?? record?.outputs.records?.[0];
    return typeof target === "string" ? plain(target).replace(/^dualstack\./, "") : undefined;
  }

  /** The record of that very name, else the wildcard nearest above it (RFC 4592). */
  #record(zone: HostedZone, name: string, type: string): Resource | undefined {
    const records = this.#view
      .list("aws:route53/record:Record")
      .filter((record) => record.outputs.zoneId === zone.zoneId);
    const named = (wanted: string) => records.filter((record) => fullName(record, zone) === wanted);
    const exact = named(name);
    if (exact.length > 0) return exact.find((record) => record.outputs.type === type);
    for (let rest = name; within(rest, zone.name) && rest !== zone.name; ) {
      rest = rest.slice(rest.indexOf(".") + 1);
      const wildcard = named(`*.${rest}`).find((record) => record.outputs.type === type);
      if (wildcard) return wildcard;
    }
    return undefined;
  }

  #loadBalancer(name: string): Resource | undefined {
    return this.#view
      .list("aws:lb/loadBalancer:LoadBalancer")
      .find((balancer) => plain(balancer.outputs.dnsName ?? "") === name);
  }
}

/** What a name without records is. */
function outside(name: string, zone: HostedZone | undefined): Destination {
  if (zone) return { kind: "none", reason: `${name}: no such host in the zone ${zone.name}`, negativeSeconds };
  if (name === resolverHost) return { kind: "resolver" };
  if (isQueueHost(name)) return { kind: "queues" };
  return name.endsWith(".example") ? { kind: "erp" } : { kind: "none", reason: `${name}: no such host` };
}

/** Route 53 takes names with or without the zone at their end. */
function fullName(record: Resource, zone: HostedZone): string {
  const name = plain(record.outputs.name ?? "").replace("\\052", "*");
  if (name === "") return zone.name;
  return within(name, zone.name) ? name : `${name}.${zone.name}`;
}

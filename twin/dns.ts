import { createHash } from "node:crypto";
import type { Resource } from "./store.ts";
import type { View } from "./view.ts";

/**
 * Route 53 and the rest of the twin's name system. A name in a hosted zone is what its records say; a name of a
 * load balancer is that load balancer; any other name under `.example` (RFC 2606) is an ERP system of a store.
 * Not modelled: routing policies, health checks, TTLs (a change shows at once), private zones, addresses in records.
 */

export interface HostedZone {
  zoneId: string;
  /** Without a trailing dot. */
  name: string;
}

export type Destination =
  | { kind: "load balancer"; arn: string }
  | { kind: "erp" }
  /** `reason` says what a resolver would have said. */
  | { kind: "none"; reason: string };

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

const within = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

/** The same zone id on every machine, so that a stack's recorded state stays true. */
export function hostedZone(name: string): HostedZone {
  const id = createHash("sha256").update(plain(name)).digest("hex").slice(0, 20).toUpperCase();
  return { zoneId: `Z${id}`, name: plain(name) };
}

export class Dns {
  readonly zones: readonly HostedZone[];
  readonly #view: View;

  constructor(view: View, zones: readonly HostedZone[]) {
    this.#view = view;
    this.zones = zones;
  }

  /** Where a connection to `host` goes. */
  resolve(host: string): Destination {
    let name = plain(host);
    // RFC 1034 sets no limit to a chain of CNAMEs; resolvers stop somewhere between 8 and 16.
    for (let hop = 0; hop < 8; hop++) {
      const balancer = this.#loadBalancer(name);
      if (balancer) return { kind: "load balancer", arn: balancer.outputs.arn };
      const zone = this.zones.find((candidate) => within(name, candidate.name));
      if (!zone) {
        return name.endsWith(".example") ? { kind: "erp" } : { kind: "none", reason: `${name}: no such host` };
      }
      const next = this.#target(zone, name, "A") ?? this.#target(zone, name, "CNAME");
      if (!next) return { kind: "none", reason: `${name}: no such host in the zone ${zone.name}` };
      name = next;
    }
    return { kind: "none", reason: `${host}: too many CNAME records in a row` };
  }

  /** The value of a CNAME record in one of the hosted zones, without a trailing dot. */
  cname(host: string): string | undefined {
    const name = plain(host);
    const zone = this.zones.find((candidate) => within(name, candidate.name));
    return zone && this.#target(zone, name, "CNAME");
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

/** Route 53 takes names with or without the zone at their end. */
function fullName(record: Resource, zone: HostedZone): string {
  const name = plain(record.outputs.name ?? "").replace("\\052", "*");
  if (name === "") return zone.name;
  return within(name, zone.name) ? name : `${name}.${zone.name}`;
}

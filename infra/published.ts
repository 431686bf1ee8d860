/**
 * What DNS has to say for a region to work: for every certificate the records that prove its names, and where these
 * names lead.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Certificate, DomainKind } from "./certificates.ts";
import type { DnsRecord } from "./dns.ts";
import type { LoadBalancer } from "./load-balancer.ts";

/** The names of one certificate. */
export interface Published {
  readonly kind: DomainKind;
  /** The first name is the certificate's own, the others its aliases. */
  readonly hostnames: readonly string[];
  readonly certificate: Certificate;
  readonly loadBalancer: LoadBalancer;
}

/** A record that proves a name, and for whose certificate it does. */
export interface ValidationRecord extends DnsRecord {
  readonly hostname: string;
}

/** What verification asks of DNS and of the names: all but what is still pending. */
export function expectations(all: readonly Published[]) {
  const live = all.filter(({ kind }) => kind !== "pending");
  return {
    hostnames: live.flatMap(({ hostnames }) => hostnames),
    addresses: pulumi.all(
      Object.fromEntries(
        live
          .filter(({ kind }) => kind === "own")
          .flatMap(({ hostnames, loadBalancer }) => hostnames.map((hostname) => [hostname, loadBalancer.dnsName])),
      ),
    ),
    validationRecords: validationRecords(live),
  };
}

/** The validation records of all these certificates. */
export function validationRecords(all: readonly Published[]): pulumi.Output<ValidationRecord[]> {
  return pulumi
    .all(all.map(({ certificate }) => certificate.records))
    .apply((records) =>
      records.flatMap((list, index) => list.map((record) => ({ hostname: all[index]?.hostnames[0] ?? "", ...record }))),
    );
}

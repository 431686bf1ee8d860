/**
 * By whose domain a store is reached, and what a stack remembers of that from update to update. Pure.
 */
import type { CertificatePlan } from "../infra/certificate-plan.ts";
import type { DomainKind } from "../infra/certificates.ts";
import type { DnsRecord } from "../infra/dns.ts";
import type { ValidationRecord } from "../infra/published.ts";

/** A store whose certificate is not issued, as a stack's outputs show it. */
export interface PendingStore {
  readonly store: string;
  readonly hostname: string;
  /** ARN. */
  readonly certificate: string;
  /** What its owner has to publish: first what proves the name, then what leads it here. */
  readonly publish: readonly DnsRecord[];
}

/** A stack's own outputs of its last update. */
export interface LastUpdate {
  readonly plan: CertificatePlan | undefined;
  /** Host names that were served. */
  readonly served: ReadonlySet<string>;
  readonly pending: readonly PendingStore[];
  readonly records: readonly ValidationRecord[];
}

/** Whether a name lies under the platform's domain, or is it. */
export function isPlatformHostname(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

/**
 * The class of a store's domain. An own domain is pending until its certificate is issued. From then on it is served,
 * also when its record is gone: to stop serving a store would be worse than a certificate that ACM cannot renew.
 *
 * @param issued host names that were pending and whose certificate is issued now
 */
export function kindOf(
  hostname: string,
  domain: string,
  served: ReadonlySet<string>,
  issued: ReadonlySet<string>,
): DomainKind {
  if (isPlatformHostname(hostname, domain)) return "platform";
  return served.has(hostname) || issued.has(hostname) ? "own" : "pending";
}

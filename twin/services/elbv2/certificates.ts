import { X509Certificate } from "node:crypto";
import { createSecureContext, type PeerCertificate, type SecureContext, type TLSSocket } from "node:tls";
import type { Resource } from "../../core/store.ts";
import type { View } from "../../core/view.ts";

/** ACM: what it has issued. */
export interface IssuedCertificates {
  on(event: "renewed", listener: (arn: string) => void): unknown;
  /** The PEM of certificate with chain, and of its key; undefined unless ISSUED. */
  served(arn: string): { certificate: string; privateKey: string; names: string[] } | undefined;
}

/** Does a name of a certificate cover this host? A `*` stands for exactly one label (RFC 6125, 6.4.3). */
export function covers(name: string, host: string): boolean {
  if (name.toLowerCase() === host.toLowerCase()) return true;
  if (!name.startsWith("*.")) return false;
  return name.slice(1).toLowerCase() === host.slice(host.indexOf(".")).toLowerCase();
}

interface Ready {
  names: string[];
  context: SecureContext;
}

/**
 * Chooses what an HTTPS listener presents, as an ALB does: among its default certificate and those attached beside
 * it the one whose name is the host, else one whose wildcard covers it, else the default certificate.
 */
export class Certificates {
  readonly #view: View;
  readonly #acm: IssuedCertificates;
  /** By ARN, until the certificate is renewed. */
  readonly #ready = new Map<string, Ready>();
  /** ARN by fingerprint of all that were ever presented: a connection may be older than a renewal. */
  readonly #presented = new Map<string, string>();

  constructor(view: View, acm: IssuedCertificates) {
    this.#view = view;
    this.#acm = acm;
    acm.on("renewed", (arn) => this.#ready.delete(arn));
  }

  /** @throws Error when the listener has no certificate that ACM has issued. */
  choose(listener: Resource, host: string | undefined): SecureContext {
    const listenerArn: string = listener.outputs.arn;
    const defaultArn: string | undefined = listener.outputs.certificateArn;
    const beside = this.#view
      .list("aws:lb/listenerCertificate:ListenerCertificate")
      .filter((attachment) => attachment.outputs.listenerArn === listenerArn)
      .map((attachment) => attachment.outputs.certificateArn as string);
    const served = [...(defaultArn ? [defaultArn] : []), ...beside].flatMap((arn) => this.#prepare(arn) ?? []);
    const exact = served.find(({ names }) => names.some((name) => name.toLowerCase() === host?.toLowerCase()));
    const wildcard = served.find(({ names }) => host && names.some((name) => covers(name, host)));
    const chosen = exact ?? wildcard ?? (defaultArn && this.#prepare(defaultArn));
    if (!chosen) throw new Error(`Listener ${listenerArn}: its default certificate ${defaultArn} is not ISSUED`);
    return chosen.context;
  }

  /** Key and certificate for a client that names no host; empty while the default certificate is not ISSUED. */
  default(listener: Resource): { cert?: string; key?: string } {
    const served = this.#acm.served(listener.outputs.certificateArn);
    return served ? { cert: served.certificate, key: served.privateKey } : {};
  }

  /** ARN of the certificate that a connection was shown; undefined also where the connection has gone. */
  shown(connection: TLSSocket): string | undefined {
    const certificate = connection.getCertificate() as PeerCertificate | null;
    return certificate ? this.#presented.get(certificate.fingerprint256) : undefined;
  }

  #prepare(arn: string): Ready | undefined {
    const known = this.#ready.get(arn);
    if (known) return known;
    const served = this.#acm.served(arn);
    if (!served) return undefined;
    const context = createSecureContext({ cert: served.certificate, key: served.privateKey });
    const { fingerprint256: fingerprint } = new X509Certificate(served.certificate);
    const prepared = { names: served.names, context };
    this.#ready.set(arn, prepared);
    this.#presented.set(fingerprint, arn);
    return prepared;
  }
}

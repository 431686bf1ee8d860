import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { type Clock, duration } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Store } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import { until } from "../../core/wait.ts";
import { type Authority, newKey } from "../../internet/authority.ts";
import {
  type CertificateDocument,
  type CertificateStatus,
  type ValidationOption,
  validationOption,
} from "./certificate.ts";

/**
 * AWS Certificate Manager: public, DNS-validated certificates.
 * Not modelled (refused by name): e-mail and HTTP validation, imported and private certificates, keys other than
 * RSA_2048 and EC_prime256v1; not modelled (absent): CAA, revocation. When it renews is in renewals.ts.
 */

/** What the provider asks for; the property names are those of aws.acm.CertificateArgs. */
export interface CertificateInputs {
  domainName?: string;
  subjectAlternativeNames?: string[];
  validationMethod?: string;
  keyAlgorithm?: string;
}

// docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html: 13 months, 395 days.
const validityDays = 395;
// docs.aws.amazon.com/acm/latest/userguide/dns-validation.html: 72 hours to publish the record.
const validationWindowMs = 72 * 3_600_000;

/** DNS, where validation records are. */
interface Records {
  on(event: "published", listener: () => void): unknown;
  cname(host: string): string | undefined;
}

/** Emits `renewed` with the ARN of a certificate that was reissued. */
export class Acm extends EventEmitter<{ renewed: [string] }> {
  readonly #store: Store;
  readonly #view: View;
  readonly #dns: Records;
  readonly #authority: Authority;
  readonly #account: string;
  readonly #now: Clock;
  readonly #log: Log;
  /** By ARN, what the authority is signing at this moment. */
  readonly #issuing = new Map<string, Promise<void>>();

  constructor(store: Store, view: View, dns: Records, authority: Authority, account: string, now: Clock, log: Log) {
    super();
    this.#store = store;
    this.#view = view;
    this.#dns = dns;
    this.#authority = authority;
    this.#account = account;
    this.#now = now;
    this.#log = log;
    view.on("change", ({ resource }) => {
      if (resource.type === "aws:route53/record:Record") this.validate();
    });
    dns.on("published", () => this.validate());
    this.validate();
  }

  /** @throws Error that names the property which the twin does not model. */
  request(inputs: CertificateInputs, region: string) {
    if (!inputs.domainName) throw new Error("ACM: domainName is missing; imported certificates are not modelled");
    if (inputs.validationMethod !== "DNS")
      throw new Error(`ACM: validationMethod ${JSON.stringify(inputs.validationMethod)} is not modelled, only "DNS"`);
    const algorithm = inputs.keyAlgorithm ?? "RSA_2048";
    if (algorithm !== "EC_prime256v1" && algorithm !== "RSA_2048")
      throw new Error(`ACM: keyAlgorithm ${algorithm} is not modelled`);
    const arn = `arn:aws:acm:${region}:${this.#account}:certificate/${randomUUID()}`;
    const names = [...new Set([inputs.domainName, ...(inputs.subjectAlternativeNames ?? [])])];
    this.#store.write("certificate-key", arn, { pem: newKey(algorithm) });
    this.#write({
      arn,
      region,
      names,
      keyAlgorithm: algorithm,
      status: "PENDING_VALIDATION",
      requestedAt: new Date(this.#now()).toISOString(),
    });
    // The answer is PENDING_VALIDATION even where the record is there already, as from another region.
    this.validate();
    return { arn, domainValidationOptions: this.#options(names), status: "PENDING_VALIDATION" as const };
  }

  /** @throws Error ResourceNotFoundException for an unknown ARN. */
  describe(arn: string): CertificateDocument & { domainValidationOptions: ValidationOption[]; inUseBy: string[] } {
    const document = this.#read(arn);
    return { ...document, domainValidationOptions: this.#options(document.names), inUseBy: this.inUseBy(arn) };
  }

  /** Every certificate of a region, or of all. */
  list(region?: string): CertificateDocument[] {
    const all = this.#store.readAll<CertificateDocument>("certificate").map((document) => this.#current(document));
    return region ? all.filter((document) => document.region === region) : all;
  }

  /** The PEM of certificate with chain, and of its key, as a load balancer serves them; undefined unless ISSUED. */
  served(arn: string): { certificate: string; privateKey: string; names: string[] } | undefined {
    const document = this.#store.read<CertificateDocument>("certificate", arn);
    const key = this.#store.read<{ pem: string }>("certificate-key", arn);
    if (!document?.pem || !key) return undefined;
    return { certificate: document.pem + (document.chain ?? ""), privateKey: key.pem, names: document.names };
  }

  /** Resolves when the certificate is ISSUED. @throws Error with the real provider's words after `timeoutMs`. */
  async issued(arn: string, timeoutMs: number): Promise<CertificateDocument> {
    let last: CertificateStatus = "PENDING_VALIDATION";
    return until(
      () => {
        const document = this.#read(arn);
        last = document.status;
        if (last === "VALIDATION_TIMED_OUT" || last === "EXPIRED")
          throw new Error(
            `waiting for ACM Certificate (${arn}) to be issued: unexpected state '${last}', wanted target 'ISSUED'`,
          );
        return last === "ISSUED" ? document : undefined;
      },
      timeoutMs,
      () =>
        `waiting for ACM Certificate (${arn}) to be issued: timeout while waiting for state to become 'ISSUED' ` +
        `(last state: '${last}', timeout: ${duration(timeoutMs)})`,
    );
  }

  /** ARNs of the load balancers that hold it, as default certificate or beside it. */
  inUseBy(arn: string): string[] {
    const listeners = this.#view.list("aws:lb/listener:Listener");
    const beside = this.#view
      .list("aws:lb/listenerCertificate:ListenerCertificate")
      .filter((attachment) => attachment.outputs.certificateArn === arn)
      .map((attachment) => attachment.outputs.listenerArn);
    const holders = listeners.filter(({ outputs }) => outputs.certificateArn === arn || beside.includes(outputs.arn));
    return [...new Set(holders.map((listener) => listener.outputs.loadBalancerArn as string))];
  }

  /** @throws Error ResourceInUseException while a load balancer holds it. */
  delete(arn: string): void {
    this.#read(arn);
    const [holder] = this.inUseBy(arn);
    if (holder)
      throw new Error(`ResourceInUseException: Certificate ${arn} in account ${this.#account} is in use by ${holder}`);
    this.#store.erase("certificate", arn);
    this.#store.erase("certificate-key", arn);
  }

  /**
   * Reissues a certificate: the ARN stays (userguide/acm-renewal.html), and in the twin the key.
   * @throws Error that names which of the criteria is not met
   */
  async renew(arn: string): Promise<void> {
    const why = this.whyNotRenewed(arn);
    if (why !== undefined) throw new Error(`ACM does not renew ${arn}: ${why}`);
    const { pem = "" } = this.#store.read<{ pem: string }>("certificate-key", arn) ?? {};
    const renewing = this.#issue(this.#read(arn), pem).finally(() => this.#issuing.delete(arn));
    this.#issuing.set(arn, renewing);
    await renewing;
    this.emit("renewed", arn);
  }

  /** What of managed renewal's criteria is not met (userguide/dns-renewal-validation.html). */
  whyNotRenewed(arn: string): string | undefined {
    const { status, names } = this.#read(arn);
    if (status !== "ISSUED") return `it is ${status}`;
    if (this.inUseBy(arn).length === 0) return "no load balancer uses it";
    const missing = this.#options(names).find((option) => !this.#published(option));
    return missing && `its record ${missing.resourceRecordName} is not in DNS`;
  }

  /** Starts to issue every pending certificate of which all names have their record in the zone. */
  validate(): void {
    for (const document of this.list()) {
      const { arn, names, status } = document;
      if (status !== "PENDING_VALIDATION" || this.#issuing.has(arn) || !this.#options(names).every(this.#published))
        continue;
      const key = this.#store.read<{ pem: string }>("certificate-key", arn);
      if (!key) throw new Error(`ACM: the key of ${arn} is missing in the twin's state`);
      const issuing = this.#issue(document, key.pem)
        .catch((error) => this.#log("ACM could not issue a certificate", { certificate: arn, error: String(error) }))
        .finally(() => this.#issuing.delete(arn));
      this.#issuing.set(arn, issuing);
    }
  }

  /** Resolves when nothing is being issued any more, so that nothing is written after it. */
  async close(): Promise<void> {
    await Promise.all(this.#issuing.values());
  }

  async #issue(document: CertificateDocument, privateKey: string): Promise<void> {
    const issued = await this.#authority.issue(document.names, privateKey, validityDays, this.#now());
    // One that was deleted meanwhile does not return.
    if (!this.#store.read("certificate", document.arn)) return;
    this.#write({
      ...document,
      status: "ISSUED",
      issuedAt: new Date(this.#now()).toISOString(),
      notBefore: issued.notBefore.toISOString(),
      notAfter: issued.notAfter.toISOString(),
      pem: issued.certificate,
      chain: this.#authority.certificate,
    });
  }

  #options(names: string[]): ValidationOption[] {
    return names.map((name) => validationOption(this.#account, name));
  }

  readonly #published = (option: ValidationOption): boolean =>
    this.#dns.cname(option.resourceRecordName) === option.resourceRecordValue.replace(/\.$/, "");

  #read(arn: string): CertificateDocument {
    const document = this.#store.read<CertificateDocument>("certificate", arn);
    if (!document) throw new Error(`ResourceNotFoundException: Could not find certificate ${arn}`);
    return this.#current(document);
  }

  /** The document with what time alone has changed. */
  #current(document: CertificateDocument): CertificateDocument {
    const now = this.#now();
    if (document.status === "PENDING_VALIDATION" && now > Date.parse(document.requestedAt) + validationWindowMs)
      return { ...document, status: "VALIDATION_TIMED_OUT" };
    if (document.notAfter && now > Date.parse(document.notAfter)) return { ...document, status: "EXPIRED" };
    return document;
  }

  #write(document: CertificateDocument): void {
    this.#store.write("certificate", document.arn, document);
  }
}

import { randomUUID } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import type { Properties } from "../../core/store.ts";
import type { EventSink } from "../ports.ts";
import type { Acm } from "./behaviour.ts";
import type { CertificateDocument } from "./certificate.ts";

const dayMs = 86_400_000;
/** From when on ACM renews, in days before the end (acm/latest/userguide/dns-renewal-validation.html). */
const renewalDays = 60;
/** On which days it says that it cannot (the same page). */
const actionDays = [45, 30, 15, 7, 3, 1];
/** From when on it says every day that an end comes near (acm/latest/userguide/supported-events.html). */
const approachDays = 45;

/**
 * ACM's managed renewal: a certificate that a load balancer holds and all of whose validation records are in DNS is reissued
 * under its ARN; of any other an event is sent to EventBridge. Not modelled: e-mail, AWS Health, failures of CAA records.
 */
export class Renewals {
  readonly #acm: Acm;
  readonly #events: EventSink;
  readonly #account: string;
  readonly #now: Clock;
  /** Days left in the last event, by ARN. */
  readonly #announced = new Map<string, number>();

  constructor(parts: { acm: Acm; events: EventSink }, account: string, now: Clock) {
    this.#acm = parts.acm;
    this.#events = parts.events;
    this.#account = account;
    this.#now = now;
  }

  /** Does what is due today. */
  async look(): Promise<void> {
    for (const document of this.#acm.list()) {
      const { arn, notAfter } = document;
      const days = Math.floor((Date.parse(notAfter ?? "") - this.#now()) / dayMs);
      if (Number.isNaN(days) || days >= renewalDays) continue;
      if (this.#acm.whyNotRenewed(arn) === undefined) await this.#acm.renew(arn);
      else if (this.#announced.get(arn) !== days) {
        this.#announced.set(arn, days);
        this.#announce(document, days);
      }
    }
  }

  #announce(document: CertificateDocument, days: number): void {
    const { arn, status, names, issuedAt, notAfter } = document;
    const inUse = this.#acm.inUseBy(arn).length > 0;
    const of = { CertificateType: "AMAZON_ISSUED", CommonName: names[0], DomainValidationMethod: "DNS" };
    const ends = { CertificateExpirationDate: notAfter, InUse: inUse, Exported: false };
    if (status === "EXPIRED")
      this.#put("ACM Certificate Expired", document, { ...of, CertificateCreatedDate: issuedAt, ...ends });
    else if (inUse && actionDays.includes(days))
      this.#put("ACM Certificate Renewal Action Required", document, { ...of, DaysToExpiry: days, ...ends });
    if (status === "ISSUED" && days <= approachDays)
      this.#put("ACM Certificate Approaching Expiration", document, { DaysToExpiry: days, CommonName: names[0] });
  }

  #put(detailType: string, { arn, region }: CertificateDocument, detail: Properties): void {
    this.#events.put({
      ...{ version: "0", id: randomUUID(), "detail-type": detailType, source: "aws.acm", account: this.#account },
      ...{ time: `${new Date(this.#now()).toISOString().slice(0, 19)}Z`, region, resources: [arn], detail },
    });
  }
}

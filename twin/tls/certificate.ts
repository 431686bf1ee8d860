/**
 * What self-signed and locally signed certificates have in common: X.509 v3 as Go's crypto/x509 CreateCertificate
 * writes it, and when a certificate has to be renewed.
 * `maxPathLength: 0` leaves no trace in the certificate: the provider does not set Go's MaxPathLenZero.
 * Not modelled: write-only keys (`privateKeyPemWo`), e-mail addresses in the subject, the provider's warnings.
 * Source: terraform-provider-tls internal/provider/common_cert.go.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { boolean, explicit, implicit, integer, octets, oid, sequence, time } from "../authority/der.ts";
import type { Created, ResourceType } from "../provider/define.ts";
import type { Properties } from "../store.ts";
import { type PrivateKeyOf, signatureOf, signed, subjectKeyId } from "./keys.ts";
import { toPem } from "./pem.ts";
import { allowedUses, extendedKeyUsage, keyUsage } from "./usages.ts";

const hour = 3_600_000;

export const certificateShape = {
  allowedUses,
  validityPeriodHours: z.int().min(0),
  earlyRenewalHours: z.int().min(0),
  isCaCertificate: z.boolean(),
  maxPathLength: z.int().min(-1),
  setSubjectKeyId: z.boolean(),
};

export const certificateDefaults = {
  earlyRenewalHours: 0,
  isCaCertificate: false,
  maxPathLength: -1,
  setSubjectKeyId: false,
};

export const certificateComputed = ["certPem", "readyForRenewal", "validityEndTime", "validityStartTime"];

/** A change of anything but the early renewal and the path length makes a new certificate. */
export const certificateReplaces = ["allowedUses", "validityPeriodHours", "isCaCertificate", "setSubjectKeyId"];

/**
 * Whether the time for a new one has come: the end of its validity, or `earlyRenewalHours` before it.
 * @param certificate its outputs, with the new inputs over them in a plan
 */
export function isReadyForRenewal({ validityEndTime, earlyRenewalHours }: Properties): boolean {
  return Date.parse(validityEndTime) - earlyRenewalHours * hour <= Date.now();
}

export const certificateLifecycle: Pick<ResourceType, "overdue" | "read" | "update"> = {
  overdue: (planned) => (isReadyForRenewal(planned) ? ["readyForRenewal"] : []),
  read: (outputs) => (isReadyForRenewal(outputs) ? { readyForRenewal: true } : {}),
  update: () => ({ readyForRenewal: false }),
};

/** Whose certificate it is, in DER. */
export interface Subject {
  name: Buffer;
  /** SubjectPublicKeyInfo. */
  keyInfo: Buffer;
  /** GeneralNames, when there are any. */
  alternativeNames: Buffer | undefined;
}

/** Who signs. */
export interface Issuer {
  name: Buffer;
  key: PrivateKeyOf;
  /** Its subject key identifier; goes into what it signs when the two names differ. */
  keyId: Buffer | undefined;
}

const isEmpty = (name: Buffer) => name.equals(sequence());

/** The subject key identifier that a certificate of these inputs holds. */
export function ownKeyId(inputs: Properties, keyInfo: Buffer): Buffer | undefined {
  return inputs.isCaCertificate || inputs.setSubjectKeyId ? subjectKeyId(keyInfo) : undefined;
}

/** Signs, and returns the serial number in decimal as id. */
export function issue(inputs: Properties, subject: Subject, issuer: Issuer): Created {
  if (inputs.isCaCertificate && isEmpty(subject.name))
    throw new Error(
      "Invalid Certificate Subject: Must contain at least one Distinguished Name when creating Certificate Authority (CA)",
    );
  if (!inputs.isCaCertificate && inputs.maxPathLength > 0)
    throw new Error("Failed to create certificate: x509: only CAs are allowed to specify MaxPathLen");
  const serial = randomBytes(16);
  // Positive and never zero in front, as DER wants it.
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  const notBefore = new Date();
  const notAfter = new Date(notBefore.getTime() + inputs.validityPeriodHours * hour);
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serial),
    signatureOf(issuer.key.key, issuer.key.algorithm).identifier,
    issuer.name,
    sequence(time(notBefore), time(notAfter)),
    subject.name,
    subject.keyInfo,
    explicit(3, sequence(...extensions(inputs, subject, issuer))),
  );
  return {
    id: BigInt(`0x${serial.toString("hex")}`).toString(),
    outputs: {
      certPem: toPem("CERTIFICATE", signed(body, issuer.key)),
      readyForRenewal: false,
      validityStartTime: notBefore.toISOString(),
      validityEndTime: notAfter.toISOString(),
    },
  };
}

function extensions(inputs: Properties, subject: Subject, issuer: Issuer): Buffer[] {
  const keyId = ownKeyId(inputs, subject.keyInfo);
  const issuedByAnother = !issuer.name.equals(subject.name);
  const authority = issuedByAnother || inputs.setAuthorityKeyId ? issuer.keyId : undefined;
  return [
    extension("2.5.29.15", keyUsage(inputs.allowedUses), true),
    extension("2.5.29.37", extendedKeyUsage(inputs.allowedUses)),
    extension("2.5.29.19", basicConstraints(inputs), true),
    extension("2.5.29.14", keyId && octets(keyId)),
    extension("2.5.29.35", authority && sequence(implicit(0, authority))),
    extension("2.5.29.17", subject.alternativeNames, isEmpty(subject.name)),
  ].flat();
}

function extension(id: string, value: Buffer | undefined, critical = false): Buffer[] {
  return value ? [sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value))] : [];
}

function basicConstraints({ isCaCertificate, maxPathLength }: Properties): Buffer {
  if (!isCaCertificate) return sequence();
  const hex = maxPathLength > 0 ? maxPathLength.toString(16) : "";
  const length = hex === "" ? [] : [integer(Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex"))];
  return sequence(boolean(true), ...length);
}

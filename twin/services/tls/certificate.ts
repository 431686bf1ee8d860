/**
 * What self-signed and locally signed certificates have in common: X.509 v3 as Go's crypto/x509 CreateCertificate
 * writes it, and when a certificate has to be renewed.
 * `maxPathLength: 0` leaves no trace in the certificate: the provider does not set Go's MaxPathLenZero.
 * Not modelled: write-only keys (`privateKeyPemWo`), e-mail addresses in the subject, the provider's warnings; signing
 * with a key on P224, which webcrypto cannot; the provider's own way to identify an Ed25519 key (it has RFC 5280's).
 * Source: terraform-provider-tls internal/provider/common_cert.go.
 */
import { z } from "zod";
import type { Properties } from "../../core/store.ts";
import * as x509 from "../../internet/x509.ts";
import type { Created, ResourceType } from "../../pulumi/define.ts";
import type { SigningKey } from "./keys.ts";
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

/** Whose certificate it is. */
export interface Subject {
  name: x509.Name;
  publicKey: x509.PublicKey;
  alternativeNames: x509.JsonGeneralNames;
}

/** Who signs. */
export interface Issuer {
  name: x509.Name;
  key: SigningKey;
  /** Goes into what it signs when the two names differ. */
  keyId: x509.SubjectKeyIdentifierExtension | undefined;
}

/** The subject key identifier that a certificate of these inputs holds. */
export async function ownKeyId(inputs: Properties, publicKey: x509.PublicKey): Promise<Issuer["keyId"]> {
  const wanted = inputs.isCaCertificate || inputs.setSubjectKeyId;
  return wanted ? x509.SubjectKeyIdentifierExtension.create(publicKey) : undefined;
}

/** Signs, and returns the serial number, 128 random bits, in decimal as id. */
export async function issue(inputs: Properties, subject: Subject, issuer: Issuer): Promise<Created> {
  if (inputs.isCaCertificate && !subject.name.toString())
    throw new Error(
      "Invalid Certificate Subject: Must contain at least one Distinguished Name when creating Certificate Authority (CA)",
    );
  if (!inputs.isCaCertificate && inputs.maxPathLength > 0)
    throw new Error("Failed to create certificate: x509: only CAs are allowed to specify MaxPathLen");
  const notBefore = new Date();
  const notAfter = new Date(notBefore.getTime() + inputs.validityPeriodHours * hour);
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ subject: subject.name, publicKey: subject.publicKey, notBefore, notAfter },
    extensions: await extensions(inputs, subject, issuer),
    issuer: issuer.name,
    signingKey: issuer.key.privateKey,
    signingAlgorithm: issuer.key.signingAlgorithm,
  });
  return {
    id: BigInt(`0x${certificate.serialNumber}`).toString(),
    outputs: {
      certPem: toPem(x509.PemConverter.CertificateTag, certificate.rawData),
      readyForRenewal: false,
      validityStartTime: notBefore.toISOString(),
      validityEndTime: notAfter.toISOString(),
    },
  };
}

async function extensions(inputs: Properties, subject: Subject, issuer: Issuer): Promise<x509.Extension[]> {
  const { allowedUses, isCaCertificate, maxPathLength, setAuthorityKeyId } = inputs;
  const pathLength = isCaCertificate && maxPathLength > 0 ? maxPathLength : undefined;
  const issuedByAnother = issuer.name.toString() !== subject.name.toString();
  const authority = issuedByAnother || setAuthorityKeyId ? issuer.keyId : undefined;
  const names = subject.alternativeNames;
  return [
    keyUsage(allowedUses),
    extendedKeyUsage(allowedUses),
    new x509.BasicConstraintsExtension(isCaCertificate, pathLength, true),
    (await ownKeyId(inputs, subject.publicKey)) ?? [],
    authority ? new x509.AuthorityKeyIdentifierExtension(authority.keyId) : [],
    names.length > 0 ? new x509.SubjectAlternativeNameExtension(names, !subject.name.toString()) : [],
  ].flat();
}

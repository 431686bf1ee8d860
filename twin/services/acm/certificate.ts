import { createHash } from "node:crypto";

export interface ValidationOption {
  domainName: string;
  resourceRecordName: string;
  resourceRecordType: "CNAME";
  resourceRecordValue: string;
}

export type CertificateStatus = "PENDING_VALIDATION" | "ISSUED" | "VALIDATION_TIMED_OUT" | "EXPIRED";

export interface CertificateDocument {
  arn: string;
  region: string;
  /** The domain name and the alternative names, without repetition. */
  names: string[];
  keyAlgorithm: string;
  status: CertificateStatus;
  requestedAt: string;
  issuedAt?: string;
  notBefore?: string;
  notAfter?: string;
  pem?: string;
  chain?: string;
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The one CNAME that proves an account's control of a name; `*.x` and `x` share it. */
export function validationOption(account: string, domainName: string): ValidationOption {
  const name = domainName.replace(/^\*\./, "").toLowerCase();
  const token = digest(`${account} ${name}`);
  return {
    domainName,
    resourceRecordName: `_${token.slice(0, 32)}.${name}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${token.slice(32)}.${digest(name).replace(/[0-9]/g, "").slice(0, 10)}.acm-validations.aws.`,
  };
}

/**
 * AWS Certificate Manager, to read. Not modelled: tags, summaries of renewals, imported and private certificates, sorting.
 * Sources: ACM API reference.
 */
import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { type ApiCall, action, date, page, type Service, texts, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { Acm } from "./behaviour.ts";
import type { CertificateDocument } from "./certificate.ts";

export type AcmApiCall = ApiCall & { acm: Acm };

const shared = (document: CertificateDocument): Properties => ({
  CertificateArn: document.arn,
  DomainName: document.names[0],
  Status: document.status,
  Type: "AMAZON_ISSUED",
  KeyAlgorithm: document.keyAlgorithm,
  CreatedAt: date(document.requestedAt),
  IssuedAt: date(document.issuedAt),
  NotBefore: date(document.notBefore),
  NotAfter: date(document.notAfter),
});

const listCertificates = action(
  {
    CertificateStatuses: texts.optional(),
    Includes: z.strictObject({ keyTypes: texts.optional() }).optional(),
    MaxItems: whole(1, 1000).default(1000),
    NextToken: z.string().optional(),
  },
  ({ CertificateStatuses: statuses, Includes: includes, MaxItems, NextToken }, { acm, region }: AcmApiCall) => {
    // Others are listed only when asked for (ListCertificates, Includes).
    const keyTypes = includes?.keyTypes ?? ["RSA_1024", "RSA_2048"];
    const asked = acm
      .list(region)
      .filter(({ status }) => !statuses || statuses.includes(status))
      .filter(({ keyAlgorithm }) => keyTypes.includes(keyAlgorithm));
    const { items, next } = page(asked, MaxItems, NextToken);
    return {
      NextToken: next,
      CertificateSummaryList: items.map((document) => ({
        ...shared(document),
        SubjectAlternativeNameSummaries: document.names,
        HasAdditionalSubjectAlternativeNames: false,
        InUse: acm.inUseBy(document.arn).length > 0,
      })),
    };
  },
);

function find(arn: string, { acm, region, account }: AcmApiCall) {
  if (!acm.list(region).some((document) => document.arn === arn))
    throw new AwsError(
      "ResourceNotFoundException",
      `Could not find certificate ${arn} in account ${account} and region ${region}`,
    );
  return acm.describe(arn);
}

/** PENDING_VALIDATION of a certificate is that of each name; which of several lacks its record ACM does not say either. */
const validationStatus: Record<CertificateDocument["status"], string> = {
  PENDING_VALIDATION: "PENDING_VALIDATION",
  ISSUED: "SUCCESS",
  EXPIRED: "SUCCESS",
  VALIDATION_TIMED_OUT: "FAILED",
};

/** What is in the certificate itself; nothing before it is issued. */
function partsOf({ pem }: CertificateDocument): Properties {
  if (pem === undefined) return {};
  const { serialNumber, subject, issuer } = new X509Certificate(pem);
  return {
    Serial: serialNumber.toLowerCase().replace(/(..)(?=.)/g, "$1:"),
    ...{ Subject: subject, Issuer: issuer.replace(/^.*CN=/s, ""), SignatureAlgorithm: "SHA256WITHECDSA" },
    KeyUsages: [{ Name: "DIGITAL_SIGNATURE" }],
    ExtendedKeyUsages: [{ Name: "TLS_WEB_SERVER_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.1" }],
  };
}

const getCertificate = action({ CertificateArn: z.string() }, ({ CertificateArn }, call: AcmApiCall) => {
  const { pem, chain, arn } = find(CertificateArn, call);
  if (pem === undefined) throw new AwsError("RequestInProgressException", `The certificate ${arn} is not issued yet.`);
  return { Certificate: pem, CertificateChain: chain };
});

const describeCertificate = action({ CertificateArn: z.string() }, ({ CertificateArn }, call: AcmApiCall) => {
  const document = find(CertificateArn, call);
  return {
    Certificate: {
      ...shared(document),
      ...partsOf(document),
      SubjectAlternativeNames: document.names,
      InUseBy: document.inUseBy,
      RenewalEligibility: document.inUseBy.length > 0 ? "ELIGIBLE" : "INELIGIBLE",
      DomainValidationOptions: document.domainValidationOptions.map((option) => ({
        DomainName: option.domainName,
        ValidationDomain: option.domainName,
        ValidationMethod: "DNS",
        ValidationStatus: validationStatus[document.status],
        ResourceRecord: {
          Name: option.resourceRecordName,
          Type: option.resourceRecordType,
          Value: option.resourceRecordValue,
        },
      })),
    },
  };
});

export const acm: Service<AcmApiCall> = {
  name: "acm",
  protocols: [json11],
  target: "CertificateManager",
  invalid: "ValidationException",
  actions: {
    DescribeCertificate: describeCertificate,
    GetCertificate: getCertificate,
    ListCertificates: listCertificates,
  },
};

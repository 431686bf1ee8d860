/**
 * ACM certificates validated by DNS. Issuing is the data plane's: only when every validation record is in a hosted zone.
 * Not modelled: e-mail validation, imported certificates, certificate authorities of one's own.
 * Sources: terraform-provider-aws internal/service/acm/certificate.go, certificate_validation.go; ACM quotas.
 */
import { z } from "zod";
import type { Properties } from "../../core/store.ts";
import { retried } from "../../core/wait.ts";
import {
  type DataSource,
  type ResourceCall,
  type ResourceType,
  regional,
  tagged,
  tagsAll,
} from "../../pulumi/define.ts";
import type { Acm } from "./behaviour.ts";
import type { CertificateDocument } from "./certificate.ts";

export type AcmCall = ResourceCall & { acm: Acm };

const domain = z.string().refine((name) => !name.endsWith("."), "must not end with a dot");

export const certificate: ResourceType<AcmCall> = {
  token: "aws:acm/certificate:Certificate",
  scope: "regional",
  inputs: tagged({
    domainName: domain,
    subjectAlternativeNames: z.array(domain).optional(),
    validationMethod: z.literal("DNS"),
    keyAlgorithm: z.enum(["RSA_2048", "EC_prime256v1", "EC_secp384r1"]).optional(),
    options: z
      .strictObject({
        certificateTransparencyLoggingPreference: z.enum(["ENABLED", "DISABLED"]).optional(),
        export: z.literal("DISABLED").optional(),
      })
      .optional(),
  }),
  sets: ["subjectAlternativeNames"],
  computed: [
    "arn",
    "domainValidationOptions",
    "notAfter",
    "notBefore",
    "pendingRenewal",
    "renewalEligibility",
    "renewalSummaries",
    "status",
    "type",
    "validationEmails",
    "tagsAll",
  ],
  replaces: ["domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm"],
  create: (inputs, call) => {
    const names = new Set([inputs.domainName, ...(inputs.subjectAlternativeNames ?? [])]);
    // Quota: 10 names for each certificate by default (ACM user guide, quotas).
    if (names.size > 10)
      throw new Error(
        `requesting ACM Certificate (${inputs.domainName}): api error LimitExceededException: Cannot request more than 10 domain names`,
      );
    if (call.store.list(certificate.token, call.region).length >= 2500)
      throw new Error(
        `requesting ACM Certificate (${inputs.domainName}): api error LimitExceededException: Cannot request more certificates`,
      );
    const requested = call.acm.request(inputs, call.region);
    return {
      id: requested.arn,
      outputs: {
        ...requested,
        subjectAlternativeNames: [...names].sort(),
        notAfter: "",
        notBefore: "",
        pendingRenewal: false,
        renewalEligibility: "INELIGIBLE",
        renewalSummaries: [],
        type: "AMAZON_ISSUED",
        validationEmails: [],
        ...tagsAll(inputs, call),
      },
    };
  },
  // The provider reads one that timed out as gone (certificate.go, findCertificate).
  gone: (outputs, call) => call.acm.describe(outputs.arn).status === "VALIDATION_TIMED_OUT",
  read: (outputs, call) => live(outputs.arn, call),
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: async (id, _state, call) => {
    // The provider retries for 20 minutes; the twin tells the same after seconds.
    await retried(3_000, () => {
      if (call.acm.inUseBy(id).length > 0)
        throw new Error(
          `deleting ACM Certificate (${id}): api error ResourceInUseException: Certificate ${id} is in use.`,
        );
    });
    call.acm.delete(id);
  },
};

function live(arn: string, call: AcmCall): Properties {
  const { status, notBefore, notAfter } = call.acm.describe(arn) ?? {};
  return { status, notBefore: notBefore ?? "", notAfter: notAfter ?? "" };
}

/** The provider's wait, 75 minutes unless the program's `customTimeouts` says less. */
const PATIENCE_MS = 75 * 60_000;

export const validation: ResourceType<AcmCall> = {
  token: "aws:acm/certificateValidation:CertificateValidation",
  scope: "regional",
  inputs: regional({ certificateArn: z.string(), validationRecordFqdns: z.array(z.string()).optional() }),
  sets: ["validationRecordFqdns"],
  computed: [],
  replaces: ["certificateArn", "validationRecordFqdns"],
  create: async (inputs, call) => {
    const found = call.store.get(certificate.token, inputs.certificateArn, call.region);
    if (!found) throw new Error(`reading ACM Certificate (${inputs.certificateArn}): couldn't find resource`);
    if (inputs.validationRecordFqdns) {
      const given = new Set(inputs.validationRecordFqdns.map((fqdn: string) => fqdn.replace(/\.$/, "")));
      const missing = found.outputs.domainValidationOptions.filter(
        (o: Properties) => !given.has(o.resourceRecordName.replace(/\.$/, "")),
      );
      if (missing.length > 0)
        throw new Error(
          missing
            .map(
              (o: Properties) =>
                `missing ${o.domainName} DNS validation record: ${o.resourceRecordName.replace(/\.$/, "")}`,
            )
            .join("\n"),
        );
    }
    await call.acm.issued(inputs.certificateArn, call.timeoutMs ?? PATIENCE_MS);
    return {
      id: `${call.acm.describe(inputs.certificateArn)?.notBefore ?? new Date().toISOString()}`,
      outputs: {},
    };
  },
};

const statuses = ["PENDING_VALIDATION", "ISSUED", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED"];

/**
 * The certificate of a domain name, by status and with `mostRecent`. Not modelled: tags, key types (ACM's own default
 * holds, RSA_2048), more than one match without `mostRecent`.
 * Source: terraform-provider-aws internal/service/acm/certificate_data_source.go.
 */
export const getCertificate: DataSource<AcmCall> = {
  token: "aws:acm/getCertificate:getCertificate",
  inputs: regional({
    domain: z.string(),
    statuses: z.array(z.enum(statuses)).min(1).optional(),
    types: z.array(z.literal("AMAZON_ISSUED")).optional(),
    mostRecent: z.literal(true),
  }),
  read: ({ domain: name, statuses: wanted = ["ISSUED"] }, { acm, region }) => {
    const found = acm.list(region).filter(({ names, status }) => names[0] === name && wanted.includes(status));
    if (found.length === 0) throw new Error(`no ACM Certificate matching domain (${name})`);
    if (new Set(found.map(({ status }) => status)).size > 1)
      throw new Error("most_recent filtering on different ACM certificate statues is not supported");
    // Both are ISO 8601, which sorts as it is.
    const age = ({ notBefore, requestedAt }: CertificateDocument) => notBefore ?? requestedAt;
    const latest = found.toSorted((a, b) => age(b).localeCompare(age(a)))[0] as CertificateDocument;
    return {
      ...{ id: latest.arn, arn: latest.arn, domain: name, status: latest.status, region, tags: {} },
      ...{ certificate: latest.pem ?? "", certificateChain: latest.chain ?? "" },
    };
  },
};

export const acm: readonly ResourceType<AcmCall>[] = [certificate, validation];

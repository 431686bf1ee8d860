/**
 * A certificate of one store: asked for, validated through DNS, and only then handed on. Containers, load balancer and
 * other certificates may come and go without touching it.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DnsRecord } from "./dns.ts";
import { createCertificateAlarm } from "./monitoring/certificate-alarm.ts";

/**
 * By whose the domain is: `platform` is the region's own, whose zone takes the validation record; `own` is the store's
 * own, whose owner publishes the record; `pending` is an own domain whose certificate ACM has not issued yet.
 */
export type DomainKind = "platform" | "own" | "pending";

export interface CertificateArgs {
  readonly kind: DomainKind;
  readonly hostname: string;
  /** Further names on the certificate, of the same domain. */
  readonly aliases: readonly string[];
  /** Hosted zone in which the validation records of the platform's names go. */
  readonly zoneId: pulumi.Input<string>;
  /** Gets the notification when its days run out. */
  readonly alarmTopicArn: pulumi.Input<string>;
}

/**
 * The wait for the certificate: ACM takes a minute or two, and some more where the zone was delegated only now, since it
 * asks again after a while. The provider's own default is 75 minutes.
 */
const issueTimeout = "30m";
/** Seconds. */
const recordTtl = 60;

/** One ACM certificate with its validation records and, once issued, its validation. */
export class Certificate extends pulumi.ComponentResource {
  /** ARN of the certificate, known once it is issued; no resource waits for that while it is pending. */
  readonly arn: pulumi.Output<string>;
  /** The records that prove its names. ACM renews it only while they stay. */
  readonly records: pulumi.Output<DnsRecord[]>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Certificate", name, {}, opts);

    const certificate = requestCertificate(name, args, this);
    this.records = recordsOf(args, certificate);
    this.arn = args.kind === "pending" ? certificate.arn : issue(name, args, certificate, this);
    this.registerOutputs({ arn: this.arn });
  }
}

function issue(
  name: string,
  args: CertificateArgs,
  certificate: aws.acm.Certificate,
  parent: Certificate,
): pulumi.Output<string> {
  const expected = args.kind === "platform" ? publishRecords(name, args, certificate, parent) : expectRecords(parent);
  const { certificateArn } = awaitIssue(name, certificate, expected, parent);
  createCertificateAlarm(name, args.hostname, certificateArn, args.alarmTopicArn, parent);
  return certificateArn;
}

function namesOf({ hostname, aliases }: CertificateArgs): string[] {
  return [hostname, ...aliases];
}

/** Never deleted before its replacement is in use: a certificate that a load balancer holds cannot be deleted. */
function requestCertificate(name: string, args: CertificateArgs, parent: Certificate): aws.acm.Certificate {
  const { hostname, aliases } = args;
  return new aws.acm.Certificate(
    name,
    {
      domainName: hostname,
      ...(aliases.length > 0 && { subjectAlternativeNames: [...aliases] }),
      validationMethod: "DNS",
    },
    { parent },
  );
}

function recordsOf(args: CertificateArgs, certificate: aws.acm.Certificate): pulumi.Output<DnsRecord[]> {
  return certificate.domainValidationOptions.apply((options) =>
    namesOf(args)
      .map((hostname) => validationOption(hostname, options))
      .map((option) => ({
        name: option.resourceRecordName,
        type: option.resourceRecordType,
        value: option.resourceRecordValue,
      })),
  );
}

/**
 * One record a name, each named after it: another host name has a record of its own, and an update that fails leaves the
 * one before as it was. The FQDNs of all.
 */
function publishRecords(
  name: string,
  { hostname, aliases, zoneId }: CertificateArgs,
  certificate: aws.acm.Certificate,
  parent: Certificate,
): pulumi.Output<string>[] {
  const publish = (logicalName: string, of: string) => {
    const option = certificate.domainValidationOptions.apply((options) => validationOption(of, options));
    return new aws.route53.Record(
      logicalName,
      {
        zoneId,
        name: option.resourceRecordName,
        type: option.resourceRecordType,
        ttl: recordTtl,
        records: [option.resourceRecordValue],
      },
      { parent },
    ).fqdn;
  };
  return [
    publish(`${name}-${hostname}-validation`, hostname),
    ...aliases.map((alias) => publish(`${name}-also-${labelOf(alias)}-validation`, alias)),
  ];
}

/** What a name of the platform's domain is called within a store: `www` of `www.au.orderhub.example`. */
export function labelOf(hostname: string): string {
  return hostname.slice(0, hostname.indexOf("."));
}

/** ACM has seen the records already, in a zone that is not ours. */
function expectRecords({ records }: Certificate): pulumi.Output<string[]> {
  return records.apply((all) => all.map(({ name }) => name.replace(/\.$/, "")));
}

/**
 * ACM's options are a set: the one for a name is found by the name, whatever its place. The provider returns once one name
 * has its record (terraform-provider-aws internal/service/acm/certificate.go, waitCertificateDomainValidationsAvailable):
 * those of further names may be in the state only after a refresh.
 */
export function validationOption<T extends { domainName: string }>(hostname: string, options: readonly T[]): T {
  const option = options.find(({ domainName }) => domainName === hostname);
  if (option === undefined) {
    const named = options.map(({ domainName }) => domainName).join(", ") || "none";
    throw new Error(
      `ACM gave no validation record for ${hostname}; it gave one for: ${named}. Fix: \`pulumi refresh\`, then update again`,
    );
  }
  return option;
}

/** With the expected records, the provider fails at once where one is missing, instead of waiting for it. */
function awaitIssue(
  name: string,
  certificate: aws.acm.Certificate,
  validationRecordFqdns: pulumi.Input<pulumi.Input<string>[]>,
  parent: Certificate,
): aws.acm.CertificateValidation {
  return new aws.acm.CertificateValidation(
    name,
    { certificateArn: certificate.arn, validationRecordFqdns },
    { parent, customTimeouts: { create: issueTimeout } },
  );
}

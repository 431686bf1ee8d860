/**
 * A certificate of one host name: asked for, validated through DNS, and only then handed on. Containers, load balancer
 * and other certificates may come and go without touching it.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createCertificateAlarm } from "./monitoring/certificateAlarm.ts";

export interface CertificateArgs {
  /** The one name on the certificate. */
  readonly hostname: string;
  /** Hosted zone in which the validation record goes. */
  readonly zoneId: pulumi.Input<string>;
  /** Who is told when its days run out. */
  readonly alarmTopicArn: pulumi.Input<string>;
}

/** The wait for the certificate: ACM takes a minute or two; the provider's own default is 75 minutes. */
const issueTimeout = "10m";
/** Seconds. */
const recordTtl = 60;

export class Certificate extends pulumi.ComponentResource {
  /** ARN of the certificate once it is issued. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Certificate", name, {}, opts);

    const certificate = requestCertificate(name, args, this);
    const record = createValidationRecord(name, args, certificate, this);
    this.arn = awaitIssue(name, certificate, record, this).certificateArn;
    createCertificateAlarm(name, args.hostname, this.arn, args.alarmTopicArn, this);
    this.registerOutputs({ arn: this.arn });
  }
}

/** Never deleted before its replacement is in use: a certificate that a load balancer holds cannot be deleted. */
function requestCertificate(name: string, { hostname }: CertificateArgs, parent: Certificate): aws.acm.Certificate {
  return new aws.acm.Certificate(name, { domainName: hostname, validationMethod: "DNS" }, { parent });
}

function createValidationRecord(
  name: string,
  { hostname, zoneId }: CertificateArgs,
  certificate: aws.acm.Certificate,
  parent: Certificate,
): aws.route53.Record {
  const option = certificate.domainValidationOptions.apply((options) => validationOption(hostname, options));
  return new aws.route53.Record(
    `${name}-validation`,
    {
      zoneId,
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      ttl: recordTtl,
      records: [option.resourceRecordValue],
    },
    { parent },
  );
}

/** ACM's options are a set: the one for a name is found by the name, whatever its place. */
export function validationOption<T extends { domainName: string }>(hostname: string, options: readonly T[]): T {
  const option = options.find(({ domainName }) => domainName === hostname);
  if (option === undefined) {
    const named = options.map(({ domainName }) => domainName).join(", ") || "none";
    throw new Error(`ACM gave no validation record for ${hostname}; it gave one for: ${named}`);
  }
  return option;
}

/** Told which records to expect, the provider fails at once where one is missing, instead of waiting for it. */
function awaitIssue(
  name: string,
  certificate: aws.acm.Certificate,
  record: aws.route53.Record,
  parent: Certificate,
): aws.acm.CertificateValidation {
  return new aws.acm.CertificateValidation(
    name,
    { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
    { parent, customTimeouts: { create: issueTimeout } },
  );
}

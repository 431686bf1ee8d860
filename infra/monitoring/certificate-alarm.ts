import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "./alarm.ts";

/** Seconds. */
const day = 24 * 60 * 60;

/**
 * ACM renews a certificate that is in use 45 to 60 days before its end: one with fewer than 30 left could not be
 * renewed for two weeks. ACM reports the days twice a day, of a new certificate not at once and of an expired one never
 * again; in either case the alarm stays as it is.
 *
 * @param topicArn where notifications are sent
 */
export function createCertificateAlarm(
  name: string,
  hostname: string,
  certificateArn: pulumi.Input<string>,
  topicArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm {
  return createAlarm(
    `${name}-certificate-days`,
    {
      means: `The certificate of ${hostname} has fewer than 30 days left: ACM could not renew it.`,
      runbook:
        "check in ACM that it is in use and which validation record is missing; publish that record, and ACM renews " +
        "within hours.",
      namespace: "AWS/CertificateManager",
      metricName: "DaysToExpiry",
      dimensions: { CertificateArn: certificateArn },
      statistic: "Minimum",
      period: day,
      comparisonOperator: "LessThanThreshold",
      threshold: 30,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "ignore",
    },
    topicArn,
    parent,
  );
}

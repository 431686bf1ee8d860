import type * as acm from "aws-cdk-lib/aws-certificatemanager";
import { ComparisonOperator, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type * as sns from "aws-cdk-lib/aws-sns";
import * as cdk from "aws-cdk-lib/core";
import { createAlarm } from "./alarm";

export function createCertificateAlarm(certificate: acm.Certificate, hostname: string, topic: sns.ITopic): void {
  createAlarm(
    certificate,
    "Days",
    {
      means: `The certificate of ${hostname} has fewer than 30 days left: ACM could not renew it.`,
      runbook:
        "see in ACM that it is in use and which validation record it misses; publish that record, and ACM renews " +
        "within hours.",
      metric: certificate.metricDaysToExpiry({ statistic: Stats.MINIMUM, period: cdk.Duration.days(1) }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 30,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: TreatMissingData.IGNORE,
    },
    topic,
  );
}

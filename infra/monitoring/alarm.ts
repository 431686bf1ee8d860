/**
 * The one form of every alarm: it tells of its beginning and its end, says what it means and what to do, and decides
 * what no data is.
 */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface Alarm
  extends Omit<aws.cloudwatch.MetricAlarmArgs, "alarmDescription" | "alarmActions" | "okActions" | "metricName"> {
  /** What is wrong while the alarm lasts: one sentence. */
  readonly means: string;
  /** What to do first. */
  readonly runbook: string;
  /** `breaching` where no data means that nothing lives. */
  readonly treatMissingData: "breaching" | "notBreaching" | "ignore";
  readonly threshold: pulumi.Input<number>;
  readonly metricName?: string;
  /** Whether it judges a release while that is watched: what an ERP or a store does is no reason to roll back. */
  readonly judgesRelease?: boolean;
  /** What it waits for: without it, missing data breaches from the alarm's creation on. */
  readonly after?: pulumi.Resource;
}

/** The tag by which a release finds the alarms that it watches (release/promotion/alarms.ts). */
const judging = { judges: "release" };

/** @param topicArn where notifications are sent */
export function createAlarm(
  name: string,
  { means, runbook, after, judgesRelease = false, ...args }: Alarm,
  topicArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...args,
      ...(judgesRelease && { tags: judging }),
      alarmDescription: `${means} Runbook: ${runbook}`,
      alarmActions: [topicArn],
      okActions: [topicArn],
    },
    { parent, ...(after && { dependsOn: after }) },
  );
}

import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

export interface AlarmProps extends Omit<cloudwatch.AlarmProps, "alarmDescription"> {
  readonly means: string;
  readonly runbook: string;
}

/** The topic hears of the beginning and of the end. */
export function createAlarm(
  scope: Construct,
  id: string,
  { means, runbook, ...props }: AlarmProps,
  topic: sns.ITopic,
): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(scope, id, { ...props, alarmDescription: `${means} Runbook: ${runbook}` });
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
  return alarm;
}

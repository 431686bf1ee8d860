import * as iam from "aws-cdk-lib/aws-iam";
import * as sns from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { Settings } from "../settings";

/** Each event rule lets EventBridge publish by itself. */
export class AlarmTopic extends sns.Topic {
  constructor(scope: Construct, id: string, { account, alarmEmail }: Settings) {
    super(scope, id);
    this.addSubscription(new EmailSubscription(alarmEmail));
    const conditions = { StringEquals: { "aws:SourceAccount": account } };
    this.grantPublish(new iam.ServicePrincipal("cloudwatch.amazonaws.com", { conditions }));
  }
}

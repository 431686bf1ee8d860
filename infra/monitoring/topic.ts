/**
 * The topic of all alarm notifications of a region. Created before everything that publishes to it.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface TopicArgs {
  readonly account: string;
  /** AWS region. */
  readonly region: string;
  /** Gets the notifications. AWS asks that address once whether it wants to be; until it says yes, nothing is sent. */
  readonly alarmEmail: string;
}

/**
 * Not encrypted with a key of KMS: alarms cannot publish under AWS's own key for SNS, and no order is in a message.
 */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: TopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:AlarmTopic", name, {}, opts);

    const topic = new aws.sns.Topic(`${name}-alarms`, {}, { parent: this });
    letServicesPublish(name, args, topic, this);
    subscribe(name, args, topic, this);

    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * Alarms of this stack, and event rules. EventBridge publishes to no topic whose policy sets conditions for it
 * (EventBridge user guide, "Using resource-based policies", SNS permissions): with one, its messages are lost in
 * silence. A rule of another account gets nothing by it: to another account's topic EventBridge publishes as a role of the
 * rule's account (same guide, "Sending events to an AWS service in another account"), and no role is named here.
 */
function letServicesPublish(
  name: string,
  { account, region }: TopicArgs,
  topic: aws.sns.Topic,
  parent: AlarmTopic,
): void {
  const publish = { Effect: "Allow", Action: "sns:Publish", Resource: topic.arn };
  new aws.sns.TopicPolicy(
    `${name}-alarms`,
    {
      arn: topic.arn,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Alarms",
            ...publish,
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: {
              StringEquals: { "aws:SourceAccount": account },
              // Alarms are named after their stack (SNS developer guide, "Allow any CloudWatch alarm to publish").
              ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${region}:${account}:alarm:${name}-*` },
            },
          },
          { Sid: "Events", ...publish, Principal: { Service: "events.amazonaws.com" } },
        ],
      }),
    },
    { parent },
  );
}

function subscribe(name: string, { alarmEmail }: TopicArgs, topic: aws.sns.Topic, parent: AlarmTopic): void {
  new aws.sns.TopicSubscription(
    `${name}-alarms-email`,
    { topic: topic.arn, protocol: "email", endpoint: alarmEmail },
    { parent },
  );
}

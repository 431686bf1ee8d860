/** A queue beside those of orders, to which one service of AWS sends. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** @param messageRetentionSeconds for how long a message that is not read stays */
export function createInbox(name: string, messageRetentionSeconds: number, parent: pulumi.Resource): aws.sqs.Queue {
  return new aws.sqs.Queue(name, { sqsManagedSseEnabled: true, messageRetentionSeconds }, { parent });
}

export interface Sender {
  /** E.g. `sns.amazonaws.com`. */
  readonly service: string;
  /** ARNs of that service's resources which may send. */
  readonly sourceArn: pulumi.Input<string> | readonly pulumi.Input<string>[];
}

/**
 * These sources alone may send. Sources: SNS developer guide, "Subscribing an Amazon SQS queue to an Amazon SNS topic";
 * EventBridge user guide, "Using dead-letter queues", permissions.
 */
export function letSend(
  name: string,
  queue: aws.sqs.Queue,
  { service, sourceArn }: Sender,
  parent: pulumi.Resource,
): aws.sqs.QueuePolicy {
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sqs:SendMessage",
        Resource: queue.arn,
        Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
      },
    ],
  });
  return new aws.sqs.QueuePolicy(name, { queueUrl: queue.url, policy }, { parent });
}

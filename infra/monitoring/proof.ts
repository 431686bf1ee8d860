/**
 * A listener at the alarm topic, so that verification can see the notifications. Staging has one:
 * production stops no container to prove it.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Containers } from "../containers.ts";
import type { AlarmCheck } from "../verification.ts";
import { createInbox, letSend } from "./inbox.ts";

export interface AlarmProofArgs {
  readonly alarmTopicArn: pulumi.Input<string>;
}

/** Seconds: verification reads a message within the deadline of its update, or never. */
const retentionSeconds = 10 * 60;

/** A queue subscribed to the alarm topic, from which verification reads a notification. */
export class AlarmProof extends pulumi.ComponentResource {
  readonly #queueUrl: pulumi.Output<string>;

  constructor(name: string, { alarmTopicArn }: AlarmProofArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:AlarmProof", name, {}, opts);

    const sender = { service: "sns.amazonaws.com", sourceArn: alarmTopicArn };
    const queue = createInbox(`${name}-alarm-proof`, retentionSeconds, this);
    const policy = letSend(`${name}-alarm-proof`, queue, sender, this);
    subscribe(name, alarmTopicArn, queue, policy, this);
    this.#queueUrl = queue.url;
    this.registerOutputs();
  }

  /** What verification needs: the containers of which it stops one, those of ingest, and the queue of the notification. */
  of({ cluster, ingest }: Containers): pulumi.Output<AlarmCheck> {
    return pulumi
      .all([cluster.name, ingest.name, this.#queueUrl])
      .apply(([clusterName, service, queueUrl]) => ({ cluster: clusterName, service, queueUrl }));
  }
}

function subscribe(
  name: string,
  alarmTopicArn: pulumi.Input<string>,
  queue: aws.sqs.Queue,
  policy: aws.sqs.QueuePolicy,
  parent: AlarmProof,
): void {
  new aws.sns.TopicSubscription(
    `${name}-alarm-proof`,
    { topic: alarmTopicArn, protocol: "sqs", endpoint: queue.arn },
    { parent, dependsOn: policy },
  );
}

import { randomUUID } from "node:crypto";
import type { Log } from "../clock.ts";
import type { Sqs } from "../sqs/sqs.ts";
import type { Store } from "../store.ts";
import type { View } from "../view.ts";

/** What someone would have had by e-mail or in a queue. */
export interface Delivered {
  id: string;
  topicArn: string;
  subject?: string;
  message: string;
  /** ISO 8601. */
  at: string;
}

const keptMessages = 500;

/**
 * SNS: what is published to a topic that exists lies in the twin's inbox (documents `message`, the last 500) and in
 * subscribed SQS queues. Not modelled: e-mail and HTTP really sent, filter policies, FIFO topics, confirmation.
 */
export class Sns {
  readonly #store: Store;
  readonly #view: View;
  readonly #sqs: Sqs;
  readonly #log: Log;

  constructor(store: Store, view: View, sqs: Sqs, log: Log) {
    this.#store = store;
    this.#view = view;
    this.#sqs = sqs;
    this.#log = log;
  }

  inbox(): Delivered[] {
    return this.#store.readAll<Delivered>("message");
  }

  /** To a topic or, without a subject, straight to a queue. @throws Error for any other kind of target */
  deliver(arn: string, subject: string | undefined, message: string): void {
    if (arn.startsWith("arn:aws:sqs:")) this.#sqs.send(arn, message);
    else if (arn.startsWith("arn:aws:sns:")) this.publish(arn, subject, message);
    else throw new Error(`The target ${arn} is not modelled, only SNS topics and SQS queues`);
  }

  publish(topicArn: string, subject: string | undefined, message: string): void {
    if (!this.#view.byArn("aws:sns/topic:Topic", topicArn)) {
      this.#log("a message was published to a topic that does not exist", { topic: topicArn });
      return;
    }
    const at = new Date().toISOString();
    const delivered: Delivered = { id: randomUUID(), topicArn, ...(subject && { subject }), message, at };
    this.#store.write("message", delivered.id, delivered);
    const all = this.inbox();
    for (const { id } of all.slice(0, Math.max(0, all.length - keptMessages))) this.#store.erase("message", id);
    for (const { outputs } of this.#view.list("aws:sns/topicSubscription:TopicSubscription")) {
      if (outputs.topic !== topicArn || outputs.protocol !== "sqs") continue;
      this.#sqs.send(outputs.endpoint, outputs.rawMessageDelivery ? message : envelope(delivered));
    }
  }
}

function envelope({ id, topicArn, subject, message, at }: Delivered): string {
  const notification = { Type: "Notification", MessageId: id, TopicArn: topicArn, Subject: subject };
  return JSON.stringify({ ...notification, Message: message, Timestamp: at });
}

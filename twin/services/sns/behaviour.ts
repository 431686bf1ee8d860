import { randomUUID } from "node:crypto";
import type { Log } from "../../core/log.ts";
import type { Store } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { Sender, ServicePermissions } from "../ports.ts";

/** What a subscriber would have had by e-mail or in a queue. */
export interface Delivered {
  id: string;
  topicArn: string;
  /** Confirmed subscribers' endpoints: whom it reaches. */
  recipients: string[];
  subject?: string;
  message: string;
  /** ISO 8601. */
  at: string;
}

const keptMessages = 500;

/** SQS, as far as topics send to queues. */
interface Queues {
  queues: { find(arn: string): { attributes: Record<string, string> } | undefined };
  send(queueArn: string, body: string): void;
}

/**
 * SNS: what is published to a topic that exists and whose policy lets the sender lies in the twin's inbox (documents
 * `message`, the last 500) and in those subscribed SQS queues whose policy lets the topic. Anything else is lost, as on
 * AWS; the twin's log says so. Not modelled: e-mail and HTTP really sent, filter policies, FIFO topics, confirmation.
 */
export class Sns {
  readonly #store: Store;
  readonly #view: View;
  readonly #sqs: Queues;
  readonly #iam: ServicePermissions;
  readonly #log: Log;

  constructor(parts: { store: Store; view: View; sqs: Queues; iam: ServicePermissions }, log: Log) {
    this.#store = parts.store;
    this.#view = parts.view;
    this.#sqs = parts.sqs;
    this.#iam = parts.iam;
    this.#log = log;
  }

  inbox(): Delivered[] {
    return this.#store.readAll<Delivered>("message");
  }

  /**
   * To a topic or, without a subject, straight to a queue; false when it may not be.
   * @throws Error for any other kind of target
   */
  async deliver(arn: string, subject: string | undefined, message: string, sender: Sender): Promise<boolean> {
    if (arn.startsWith("arn:aws:sqs:")) return this.#send(arn, message, sender);
    if (arn.startsWith("arn:aws:sns:")) return this.#publish(arn, subject, message, sender);
    throw new Error(`The target ${arn} is not modelled, only SNS topics and SQS queues`);
  }

  async #publish(topicArn: string, subject: string | undefined, message: string, sender: Sender): Promise<boolean> {
    const topic = this.#view.byArn("aws:sns/topic:Topic", topicArn);
    if (!topic || topic.outputs.kmsMasterKeyId) {
      // AWS's own key lets no other service use it (sns/latest/dg/sns-key-management.html).
      const reason = topic ? "its key, alias/aws/sns, lets no AWS service use it" : "there is no such topic";
      this.#log("a message was lost", { topic: topicArn, reason });
      return false;
    }
    if (!(await this.#may(sender, "sns:Publish", topicArn, this.#policyOf(topicArn)))) return false;
    await this.publish(topicArn, subject, message);
    return true;
  }

  /** To a topic that exists, without a check of permissions; returns the message's id. */
  async publish(topicArn: string, subject: string | undefined, message: string): Promise<string> {
    const at = new Date().toISOString();
    const recipients = this.#recipients(topicArn);
    const delivered: Delivered = { id: randomUUID(), topicArn, recipients, ...(subject && { subject }), message, at };
    this.#store.write("message", delivered.id, delivered);
    const all = this.inbox();
    for (const { id } of all.slice(0, Math.max(0, all.length - keptMessages))) this.#store.erase("message", id);
    const delivery: Sender = { service: "sns.amazonaws.com", context: { "aws:SourceArn": topicArn } };
    for (const { outputs } of this.#view.list("aws:sns/topicSubscription:TopicSubscription")) {
      if (outputs.topic !== topicArn || outputs.protocol !== "sqs") continue;
      await this.#send(outputs.endpoint, outputs.rawMessageDelivery ? message : envelope(delivered), delivery);
    }
    return delivered.id;
  }

  async #send(queueArn: string, message: string, sender: Sender): Promise<boolean> {
    const policy = this.#sqs.queues.find(queueArn)?.attributes.Policy;
    if (!(await this.#may(sender, "sqs:SendMessage", queueArn, policy))) return false;
    this.#sqs.send(queueArn, message);
    return true;
  }

  /**
   * A topic without a policy of its own is its account's: alarms publish as that, event rules do not
   * (sns/latest/dg/sns-access-policy-use-cases.html; eventbridge/latest/userguide/eb-use-resource-based.html).
   */
  #policyOf(topicArn: string): string {
    const own = this.#view.list("aws:sns/topicPolicy:TopicPolicy").find(({ outputs }) => outputs.arn === topicArn)
      ?.outputs.policy;
    const Principal = { Service: "cloudwatch.amazonaws.com" };
    const Statement = [{ Effect: "Allow", Principal, Action: "sns:Publish", Resource: topicArn }];
    return own ?? JSON.stringify({ Version: "2012-10-17", Statement });
  }

  async #may({ service, context }: Sender, action: string, resource: string, policy: string | undefined) {
    const verdict = await this.#iam.authorizeService(service, action, resource, policy, context);
    if (!verdict.allowed) this.#log("a message was lost", { reason: verdict.message });
    return verdict.allowed;
  }

  #recipients(topicArn: string): string[] {
    return this.#view
      .list("aws:sns/topicSubscription:TopicSubscription")
      .filter(({ outputs }) => outputs.topic === topicArn && outputs.pendingConfirmation !== true)
      .map(({ outputs }) => outputs.endpoint);
  }
}

function envelope({ id, topicArn, subject, message, at }: Delivered): string {
  const notification = { Type: "Notification", MessageId: id, TopicArn: topicArn, Subject: subject };
  return JSON.stringify({ ...notification, Message: message, Timestamp: at });
}

/**
 * Amazon SNS: topics, their subscriptions, and a message published by an operator. Not modelled: message attributes and
 * structures, phones and endpoints, FIFO topics; a topic's policy is not asked about the account's own operator.
 * Sources: SNS API reference, also for the errors' words.
 */
import { z } from "zod";
import { query } from "../../api/protocols/query.ts";
import { type ApiCall, action, page, type Service } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { Sns } from "./behaviour.ts";

export type SnsApiCall = ApiCall & { sns: Sns };

const pageSize = 100;
const largestBytes = 262_144;

function topicArns({ store, region }: ApiCall): string[] {
  return store.list("aws:sns/topic:Topic", region).map(({ outputs }) => outputs.arn);
}

function mustExist(arn: string, call: ApiCall): void {
  if (!topicArns(call).includes(arn)) throw new AwsError("NotFound", "Topic does not exist", 404);
}

const listTopics = action({ NextToken: z.string().optional() }, ({ NextToken }, call) => {
  const { items, next } = page(topicArns(call), pageSize, NextToken);
  return { Topics: items.map((TopicArn) => ({ TopicArn })), NextToken: next };
});

const listSubscriptionsByTopic = action(
  { TopicArn: z.string(), NextToken: z.string().optional() },
  ({ TopicArn, NextToken }, call) => {
    mustExist(TopicArn, call);
    const all = call.store
      .list("aws:sns/topicSubscription:TopicSubscription", call.region)
      .filter(({ outputs }) => outputs.topic === TopicArn);
    const { items, next } = page(all, pageSize, NextToken);
    return {
      Subscriptions: items.map(({ outputs }) => subscriptionShape(outputs, call.account)),
      NextToken: next,
    };
  },
);

const listSubscriptions = action({ NextToken: z.string().optional() }, ({ NextToken }, { store, region, account }) => {
  const all = store.list("aws:sns/topicSubscription:TopicSubscription", region);
  const { items, next } = page(all, pageSize, NextToken);
  return {
    Subscriptions: items.map(({ outputs }) => subscriptionShape(outputs, account)),
    NextToken: next,
  };
});

const subscriptionShape = (outputs: Properties, Owner: string): Properties => ({
  SubscriptionArn: outputs.pendingConfirmation ? "PendingConfirmation" : outputs.arn,
  ...{ Owner, Protocol: outputs.protocol, Endpoint: outputs.endpoint, TopicArn: outputs.topic },
});

const getTopicAttributes = action({ TopicArn: z.string() }, ({ TopicArn }, call) => {
  mustExist(TopicArn, call);
  const { store, region, account } = call;
  const topic = store.list("aws:sns/topic:Topic", region).find(({ outputs }) => outputs.arn === TopicArn)?.outputs;
  const subscriptions = store
    .list("aws:sns/topicSubscription:TopicSubscription", region)
    .filter(({ outputs }) => outputs.topic === TopicArn);
  const pending = subscriptions.filter(({ outputs }) => outputs.pendingConfirmation).length;
  const attributes: Record<string, unknown> = {
    ...{ TopicArn, Owner: account, DisplayName: topic?.displayName ?? "" },
    Policy: store.get("aws:sns/topicPolicy:TopicPolicy", TopicArn, region)?.outputs.policy,
    KmsMasterKeyId: topic?.kmsMasterKeyId,
    ...{
      SubscriptionsPending: pending,
      SubscriptionsConfirmed: subscriptions.length - pending,
      SubscriptionsDeleted: 0,
    },
  };
  return { Attributes: new Map(Object.entries(attributes).filter(([, value]) => value !== undefined)) };
});

const getSubscriptionAttributes = action({ SubscriptionArn: z.string() }, ({ SubscriptionArn }, call) => {
  const found = call.store
    .list("aws:sns/topicSubscription:TopicSubscription", call.region)
    .find(({ outputs }) => outputs.arn === SubscriptionArn);
  if (!found) throw new AwsError("NotFound", "Subscription does not exist", 404);
  const { topic, protocol, endpoint, pendingConfirmation, rawMessageDelivery = false } = found.outputs;
  const attributes = {
    ...{ SubscriptionArn, TopicArn: topic, Owner: call.account, Protocol: protocol, Endpoint: endpoint },
    ...{ PendingConfirmation: pendingConfirmation, RawMessageDelivery: rawMessageDelivery },
  };
  return { Attributes: new Map(Object.entries(attributes)) };
});

const publish = action(
  {
    TopicArn: z.string(),
    Message: z.string().min(1, "Invalid parameter: Empty message"),
    Subject: z.string().min(1).max(100).optional(),
  },
  async ({ TopicArn, Message, Subject }, call: SnsApiCall) => {
    mustExist(TopicArn, call);
    if (Buffer.byteLength(Message) > largestBytes)
      throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
    return { MessageId: await call.sns.publish(TopicArn, Subject, Message) };
  },
);

export const sns: Service<SnsApiCall> = {
  name: "sns",
  protocols: [query],
  namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  version: "2010-03-31",
  invalid: "InvalidParameter",
  actions: {
    GetSubscriptionAttributes: getSubscriptionAttributes,
    GetTopicAttributes: getTopicAttributes,
    ListSubscriptions: listSubscriptions,
    ListSubscriptionsByTopic: listSubscriptionsByTopic,
    ListTopics: listTopics,
    Publish: publish,
  },
};

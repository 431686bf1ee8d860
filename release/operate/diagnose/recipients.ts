import { GetSubscriptionAttributesCommand, NotFoundException, type SNSClient } from "@aws-sdk/client-sns";
import type { Unconfirmed } from "./facts.ts";
import type { StackState } from "./state.ts";

/** The stack's subscriptions through which no notification is sent: never confirmed, or unsubscribed. */
export async function readUnconfirmed(sns: SNSClient, state: StackState): Promise<Unconfirmed[]> {
  const all = await Promise.all(
    state.of("aws:sns/topicSubscription:TopicSubscription").map(async ({ arn, endpoint }): Promise<Unconfirmed[]> => {
      try {
        const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }));
        return Attributes?.PendingConfirmation === "true" ? [{ endpoint, status: "waits to be confirmed" }] : [];
      } catch (error) {
        if (error instanceof NotFoundException) return [{ endpoint, status: "not subscribed" }];
        throw error;
      }
    }),
  );
  return all.flat();
}

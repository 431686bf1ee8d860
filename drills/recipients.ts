/** The recipients of alarms: what they do once, and what they see. */
import type { Control, Message } from "./control.ts";

/** What every recipient does once, after the first deployment: an e-mail subscription is pending until then. */
export async function confirmSubscriptions(control: Control): Promise<void> {
  for (const found of await control.findResources("aws:sns/topicSubscription:TopicSubscription"))
    await control.putResource({ ...found, outputs: { ...found.outputs, pendingConfirmation: false } });
}

/** A message about trouble in that stack that reaches a recipient; that an alarm is over, or has seen its first data, is none. */
export function reaches({ at, topicArn, recipients, subject }: Message, began: number, stack: string): boolean {
  const good = subject?.startsWith("OK:") ?? false;
  // What staging's verification listens with is a queue.
  const people = recipients.filter((recipient) => !recipient.startsWith("arn:"));
  return !good && Date.parse(at) >= began && people.length > 0 && topicArn.includes(`:${stack}-`);
}

/** What a reader sees first: the subject, or the message's first sentence. */
export function firstLine({ subject, message }: Message): string {
  return (subject ?? sentenceOf(message)).split(/\n|(?<=\.) /)[0] ?? "";
}

/** Of an event's notification, in the form of AWS Chatbot: title and description; any other message as it is. */
function sentenceOf(message: string): string {
  if (!message.startsWith("{")) return message;
  const { content } = JSON.parse(message) as { content?: { title: string; description: string } };
  return content ? `${content.title}: ${content.description}.` : message;
}

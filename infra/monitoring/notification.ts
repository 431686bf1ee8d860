/**
 * The form of a notification of an event: AWS Chatbot's custom notification, which e-mail shows as it is (AWS Chatbot
 * administrator guide, "Custom notifications").
 */

export interface Notification {
  /** What happened. A placeholder in it must be free of quotes: EventBridge escapes none inside a string. */
  readonly title: string;
  /** Why: a placeholder alone, `<reason>`, whose value EventBridge writes with quotes and escapes, or a text. */
  readonly reason: string;
  /** What to do first. */
  readonly next: string;
  /** ARNs: a placeholder alone. */
  readonly resource: string;
}

/** The template of an input transformer. */
export function templateOf({ title, reason, next, resource }: Notification): string {
  const value = (text: string) => (/^<\w+>$/.test(text) ? text : JSON.stringify(text));
  return [
    '{"version":"1.0","source":"custom","content":{"textType":"client-markdown",',
    `"title":${JSON.stringify(title)},"description":${value(reason)},"nextSteps":[${JSON.stringify(next)}]},`,
    `"metadata":{"relatedResources":[${value(resource)}]}}`,
  ].join("");
}

/** A notification as one sentence; a message of another form as it is. */
export function sentenceOf(message: string): string {
  try {
    const { content, metadata } = JSON.parse(message);
    return `${content.title}: ${content.description}. ${metadata.relatedResources.join(", ")}.`;
  } catch {
    return message;
  }
}

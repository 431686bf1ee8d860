import { firstLine } from "../../../drills/recipients.ts";

const base = {
  id: "1",
  at: "2026-01-01T00:00:00Z",
  topicArn: "arn:aws:sns:eu-west-1:1:prod-eu-alarms",
  recipients: [],
};

test.each<[string, object, string]>([
  ["the subject of an alarm", { subject: "ALARM: old orders", message: "{}" }, "ALARM: old orders"],
  [
    "title and reason of an event's notification",
    {
      message: JSON.stringify({
        content: { title: "prod-eu: a container of service:ingest stopped", description: "Task stopped by user" },
      }),
    },
    "prod-eu: a container of service:ingest stopped: Task stopped by user.",
  ],
  ["the first sentence of anything else", { message: "It is over. Rest." }, "It is over."],
])("a reader sees first %s", (_what, message, expected) => {
  expect(firstLine({ ...base, ...message } as never)).toBe(expected);
});

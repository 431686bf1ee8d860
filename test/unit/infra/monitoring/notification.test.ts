import { sentenceOf, templateOf } from "../../../../infra/monitoring/notification.ts";

const template = templateOf({
  title: "prod-au: a container of <service> stopped",
  reason: "<reason>",
  next: "Look.",
  resource: "<task>",
});

describe("a notification of an event", () => {
  it("has the form of AWS Chatbot's custom notification, with free text as a placeholder without quotes", () => {
    expect(template).toBe(
      '{"version":"1.0","source":"custom","content":{"textType":"client-markdown",' +
        '"title":"prod-au: a container of <service> stopped","description":<reason>,"nextSteps":["Look."]},' +
        '"metadata":{"relatedResources":[<task>]}}',
    );
  });

  it("reads as one sentence", () => {
    const message = template
      .replace("<service>", "service:ingest")
      .replace("<reason>", JSON.stringify('CannotPullContainerError: "app"'))
      .replace("<task>", '"arn:task/1"');
    expect(sentenceOf(message)).toBe(
      'prod-au: a container of service:ingest stopped: CannotPullContainerError: "app". arn:task/1.',
    );
  });

  it.each(["ALARM: prod-au-old-orders", '{"AlarmName":"old-orders"}'])(
    "of another form is left as it is: %s",
    (message) => {
      expect(sentenceOf(message)).toBe(message);
    },
  );
});

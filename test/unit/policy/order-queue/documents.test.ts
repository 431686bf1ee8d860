import { topicConditionsAreMet } from "../../../../policy/order-queue/documents.ts";
import { resource, stackCases } from "../cases.ts";

const arn = "arn:aws:sns:eu-west-1:123456789012:prod-eu-alarms-1";
const publish = { Effect: "Allow", Action: "sns:Publish", Resource: arn };
const events = { ...publish, Principal: { Service: "events.amazonaws.com" } };
const alarms = (source: string, account = "123456789012") => ({
  ...{ ...publish, Principal: { Service: "cloudwatch.amazonaws.com" } },
  Condition: { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": source } },
});
const topicPolicy = (...Statement: object[]) =>
  resource("aws:sns/topicPolicy:TopicPolicy", "alarms", {
    ...{ arn, policy: JSON.stringify({ Version: "2012-10-17", Statement }) },
  });
const alarm = resource("aws:cloudwatch/metricAlarm:MetricAlarm", "prod-eu-old-orders", {
  name: "prod-eu-old-orders-1",
});
const own = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:";

stackCases(topicConditionsAreMet, {
  "fails if alarms of another account may publish": [
    [alarm, topicPolicy(alarms(`${own}prod-eu-*`, "999999999999"), events)],
    ["alarms: set the condition StringEquals aws:SourceAccount 123456789012 for cloudwatch.amazonaws.com"],
  ],
  "fails if every alarm of the account may": [
    [alarm, topicPolicy(alarms(`${own}*`), events)],
    [`alarms: set the condition ArnLike aws:SourceArn ${own}STACK-* for cloudwatch.amazonaws.com`],
  ],
  "fails if an alarm of the stack may not": [
    [alarm, topicPolicy(alarms(`${own}prod-au-*`), events)],
    [`alarms: ${own}prod-au-* leaves out the alarm prod-eu-old-orders, prod-eu-old-orders-1`],
  ],
  "fails if EventBridge has a condition, with which it publishes nothing": [
    [topicPolicy({ ...events, Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } })],
    ["alarms: sets a condition for EventBridge, which then sends nothing"],
  ],
  "passes if the stack's alarms and EventBridge may": [[alarm, topicPolicy(alarms(`${own}prod-eu-*`), events)], []],
});

import type { Properties } from "../../../../../twin/core/store.ts";
import type { AwsEvent } from "../../../../../twin/services/ports.ts";
import { account, document, eventually, put, region, startTestCloud } from "../../cloud.ts";

let test: Awaited<ReturnType<typeof startTestCloud>>;
let topic: string;
let queue: string;
let lost: string[] = [];
let now = Date.now();
const rule = `arn:aws:events:${region}:${account}:rule/watch`;

beforeEach(async () => {
  lost = [];
  const log = (_message: string, details?: Record<string, unknown>) => void lost.push(String(details?.reason));
  test = await startTestCloud({ log, now: () => now });
  topic = put(test.cloud, "aws:sns/topic:Topic", `arn:aws:sns:${region}:${account}:watch`, {});
  queue = test.cloud.sqs.create("heard", region, {}).arn;
  put(test.cloud, "aws:cloudwatch/eventRule:EventRule", rule, {
    ...{ name: "watch", eventPattern: JSON.stringify({ source: ["aws.ecs"] }) },
  });
});
afterEach(() => test.close());

/** Of the bus itself, since nothing else of ECS happens here. */
function happen(target: string, more: Properties = { input: "stopped" }, detail: Properties = {}): void {
  put(test.cloud, "aws:cloudwatch/eventTarget:EventTarget", "target", { arn: target, rule: "watch", ...more });
  const time = "2026-01-01T00:00:00Z";
  const event: AwsEvent = {
    ...{ version: "0", id: "1", "detail-type": "x", source: "aws.ecs", account, time, region, resources: [] },
    detail,
  };
  test.cloud.events.put(event);
}

const topicPolicy = (...statements: Properties[]) =>
  put(test.cloud, "aws:sns/topicPolicy:TopicPolicy", topic, {
    policy: document(statements.map((one) => ({ Effect: "Allow", Action: "sns:Publish", Resource: topic, ...one }))),
  });
const queuePolicy = (statement: Properties) =>
  test.cloud.sqs.setAttributes("heard", region, {
    Policy: document([{ Effect: "Allow", Action: "sqs:SendMessage", Resource: queue, ...statement }]),
  });
const subscribe = () =>
  put(test.cloud, "aws:sns/topicSubscription:TopicSubscription", `${topic}:1`, {
    ...{ topic, protocol: "sqs", endpoint: queue, rawMessageDelivery: true },
  });
const events = { Service: "events.amazonaws.com" };
const inbox = () => test.cloud.sns.inbox().map(({ message }) => message);
const heard = () => {
  const { queues } = test.cloud.sqs;
  return queues.messages.receive(queues.get(queue), 10).map(({ body }) => body);
};
const published = () => eventually(() => (inbox().length > 0 ? true : undefined), "the message");
const failed = () => eventually(() => test.cloud.events.failed.get(rule), "the failed delivery");

it("EventBridge publishes to a topic whose policy lets it", async () => {
  topicPolicy({ Principal: events });
  happen(topic);
  await published();
  expect(inbox()).toEqual(["stopped"]);
  expect(test.cloud.events.failed.get(rule)).toBeUndefined();
});

it.each<[string, Properties | undefined]>([
  ["without a policy", undefined],
  ["whose policy lets only alarms", { Principal: { Service: "cloudwatch.amazonaws.com" } }],
  [
    "whose policy sets a condition",
    { Principal: events, Condition: { StringEquals: { "aws:SourceAccount": account } } },
  ],
])("what EventBridge publishes to a topic %s is lost in silence", async (_what, statement) => {
  if (statement) topicPolicy(statement);
  happen(topic);
  expect(await failed()).toBe(1);
  expect(inbox()).toEqual([]);
  const why = "because no resource-based policy allows the sns:Publish action";
  expect(lost).toContain(`events.amazonaws.com is not authorized to perform: sns:Publish on resource: ${topic} ${why}`);
});

it("only a metric tells of what EventBridge could not deliver", async () => {
  const dimensions = { RuleName: "watch" };
  put(test.cloud, "aws:cloudwatch/metricAlarm:MetricAlarm", `arn:aws:cloudwatch:${region}:${account}:alarm:failed`, {
    ...{ name: "failed", namespace: "AWS/Events", metricName: "FailedInvocations", dimensions, period: 60 },
    ...{ statistic: "Sum", comparisonOperator: "GreaterThanThreshold", threshold: 0, evaluationPeriods: 1 },
    treatMissingData: "notBreaching",
  });
  const minute = () => {
    now += 60_000;
    test.cloud.alarms.tick();
    return test.cloud.alarms.list().find(({ name }) => name === "failed")?.state;
  };
  expect(minute()).toBe("OK");
  happen(topic);
  await failed();
  expect(minute()).toBe("ALARM");
});

it("nothing comes through a topic encrypted with AWS's own key", async () => {
  topicPolicy({ Principal: events });
  put(test.cloud, "aws:sns/topic:Topic", topic, { kmsMasterKeyId: "alias/aws/sns" });
  happen(topic);
  expect(await failed()).toBe(1);
  expect(lost).toContain("its key, alias/aws/sns, lets no AWS service use it");
});

it("an alarm of another stack, or of another account, may not publish where the policy names the stack's alarms", async () => {
  const of = (owner: string) => `arn:aws:cloudwatch:${region}:${owner}:alarm:`;
  topicPolicy({
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Condition: {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `${of(account)}prod-eu-*` },
    },
  });
  const publishes = (name: string, owner: string) =>
    test.cloud.sns.deliver(topic, "ALARM", name, {
      service: "cloudwatch.amazonaws.com",
      context: { "aws:SourceArn": `${of(owner)}${name}`, "aws:SourceAccount": owner },
    });
  expect(await publishes("prod-eu-old-orders-1", account)).toBe(true);
  expect(await publishes("prod-au-old-orders-1", account)).toBe(false);
  expect(await publishes("prod-eu-old-orders-2", "999999999999")).toBe(false);
  expect(inbox()).toEqual(["prod-eu-old-orders-1"]);
});

it("an alarm may publish to a topic without a policy, and not to one whose policy leaves it out", async () => {
  const sender = { service: "cloudwatch.amazonaws.com", context: {} };
  expect(await test.cloud.sns.deliver(topic, "ALARM", "a", sender)).toBe(true);
  topicPolicy({ Principal: events });
  expect(await test.cloud.sns.deliver(topic, "ALARM", "b", sender)).toBe(false);
  expect(inbox()).toEqual(["a"]);
});

it("a queue takes from a topic, or from a rule, what its own policy lets in", async () => {
  topicPolicy({ Principal: events });
  subscribe();
  happen(topic);
  await published();
  expect(heard()).toEqual([]);
  const Condition = { ArnEquals: { "aws:SourceArn": topic } };
  queuePolicy({ Principal: { Service: "sns.amazonaws.com" }, Condition });
  happen(topic);
  await eventually(() => (test.cloud.sqs.depth("heard", region).visible > 0 ? true : undefined), "the message");
  expect(heard()).toEqual(["stopped"]);
  happen(queue);
  expect(await failed()).toBe(1);
  queuePolicy({ Principal: events, Condition: { ArnEquals: { "aws:SourceArn": rule } } });
  happen(queue);
  await eventually(() => (test.cloud.sqs.depth("heard", region).visible > 0 ? true : undefined), "the message");
});

describe("an input transformer", () => {
  const inputPaths = { service: "$.detail.group", reason: "$.detail.stoppedReason", none: "$.detail.none" };
  const transformed = (inputTemplate: string) => ({ inputTransformer: { inputPaths, inputTemplate } });
  const quoted = { group: "ingest", stoppedReason: 'CannotPullContainerError: "app" \\ is gone' };

  beforeEach(() => topicPolicy({ Principal: events }));

  it("gives a string quotes and escapes where the template has none around its placeholder", async () => {
    happen(topic, transformed('{"title":"<service> stopped","description":<reason>,"detail":[<service>]}'), quoted);
    await published();
    const [message = ""] = inbox();
    expect(JSON.parse(message)).toEqual({
      title: "ingest stopped",
      description: quoted.stoppedReason,
      detail: ["ingest"],
    });
  });

  it("fills one quoted string as text", async () => {
    happen(topic, transformed('"<service> stopped"'), quoted);
    await published();
    expect(inbox()).toEqual(["ingest stopped"]);
  });

  it.each([
    ["quotes inside a quoted string: EventBridge does not escape them", '"<service> stopped: <reason>"'],
    ["quotes inside a string of an object", '{"text":"<reason>"}'],
    ["a value that the event does not have, outside quotes", '{"text":<none>}'],
  ])("delivers nothing when it makes no valid JSON: %s", async (_what, template) => {
    happen(topic, transformed(template), quoted);
    expect(await failed()).toBe(1);
    expect(inbox()).toEqual([]);
  });
});

describe("a target's dead-letter queue", () => {
  const dead = { input: "stopped", deadLetterConfig: { arn: `arn:aws:sqs:${region}:${account}:heard` } };

  it("gets the event that could not be delivered, and no FailedInvocations is counted", async () => {
    queuePolicy({ Principal: events, Condition: { ArnEquals: { "aws:SourceArn": rule } } });
    happen(topic, dead, { group: "ingest" });
    const visible = () => (test.cloud.sqs.depth("heard", region).visible > 0 ? true : undefined);
    await eventually(visible, "the dead-lettered event");
    expect(heard().map((body) => JSON.parse(body).detail)).toEqual([{ group: "ingest" }]);
    expect(test.cloud.events.failed.get(rule)).toBeUndefined();
  });

  it("that does not let EventBridge send is no help: the delivery has failed", async () => {
    happen(topic, dead);
    expect(await failed()).toBe(1);
    expect(heard()).toEqual([]);
  });
});

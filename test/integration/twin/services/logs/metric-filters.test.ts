import { existsSync, readFileSync } from "node:fs";
import type { ResourceCall } from "../../../../../twin/pulumi/define.ts";
import { check } from "../../../../../twin/pulumi/plan.ts";
import { observe } from "../../../../../twin/services/logs/filter-pattern.ts";
import { logMetricFilter } from "../../../../../twin/services/logs/resources.ts";
import {
  account,
  eventually,
  executionStatements,
  image,
  put,
  region,
  role,
  service,
  startTestCloud,
  taskDefinition,
} from "../../cloud.ts";

const minute = 60_000;
let now = Math.ceil(Date.now() / minute) * minute;
let cloud: Awaited<ReturnType<typeof startTestCloud>>;

beforeAll(async () => {
  cloud = await startTestCloud({ now: () => now });
});
afterAll(() => cloud.close());

const back = '{ $.outcome = "back" }';
const counted = { namespace: "OrderQueue", name: "Back", value: "1", dimensions: { Domain: "$.domain" } };
const timed = { namespace: "OrderQueue", name: "Seconds", value: "$.seconds" };

describe("a metric filter", () => {
  const line = (fields: object) => JSON.stringify({ outcome: "back", domain: "au.example", seconds: 0.4, ...fields });

  it("counts a line that matches, by its dimensions, and takes a value out of it", () => {
    expect(observe(line({}), back, counted)).toEqual({ value: 1, dimensions: { Domain: "au.example" } });
    expect(observe(line({}), back, timed)).toEqual({ value: 0.4, dimensions: {} });
    expect(observe(line({ a: { b: 7 } }), back, { ...timed, value: "$.a.b" })).toEqual({ value: 7, dimensions: {} });
  });

  it.each([
    ["is no JSON", "it came back", counted],
    ["says something else", line({ outcome: "failed" }), counted],
    ["lacks the dimension", line({ domain: undefined }), counted],
    ["lacks the value", line({ seconds: undefined }), timed],
    ["has a text for a value", line({ seconds: "0.4" }), timed],
  ])("leaves a line that %s", (_what, text, transformation) => {
    expect(observe(text, back, transformation)).toBeUndefined();
  });

  const problems = (inputs: object) =>
    check(
      logMetricFilter,
      { logGroupName: "canary", pattern: back, metricTransformation: counted, ...inputs },
      {},
      new Uint8Array([1]),
      { region, account, name: "back" } as ResourceCall,
    ).problems.map(({ property, reason }) => `${property}: ${reason}`);

  it.each([
    [
      "a pattern that is not modelled",
      { pattern: "{ $.seconds > 3 }" },
      /^pattern: the twin models patterns of the form/,
    ],
    [
      "a dimension that is no selector",
      { metricTransformation: { ...counted, dimensions: { Domain: "au.example" } } },
      /^metricTransformation\.dimensions\.Domain: expected a selector/,
    ],
    [
      "a default value",
      { metricTransformation: { ...counted, defaultValue: "0" } },
      /^metricTransformation\.defaultValue: the twin does not model/,
    ],
  ])("is refused with %s", (_what, inputs, problem) => {
    expect(problems(inputs)).toEqual([expect.stringMatching(problem)]);
  });

  it("is planned as the program has it, and refused without its log group", () => {
    expect(problems({})).toEqual([]);
    const call = { store: cloud.store, region, account, name: "back" } as ResourceCall;
    expect(() => logMetricFilter.create({ name: "back", logGroupName: "gone" }, call)).toThrow(
      "putting CloudWatch Logs Metric Filter (back): api error ResourceNotFoundException: The specified log group does not exist.",
    );
  });
});

const program = `
for (const seconds of [0.4, 2.5])
  console.log(JSON.stringify({ outcome: "back", domain: "au.example", seconds }));
console.log(JSON.stringify({ outcome: "failed", domain: "au.example" }));
setInterval(() => {}, 1000);
process.on("SIGTERM", () => process.exit(0));
`;

it("what a container writes is in the alarms of the minute after, and silence is none", async () => {
  const filter = (name: string, metricTransformation: object) =>
    put(cloud.cloud, "aws:cloudwatch/logMetricFilter:LogMetricFilter", name, {
      ...{ name, logGroupName: "canary", pattern: back, metricTransformation },
    });
  filter("back", counted);
  filter("seconds", timed);
  const alarm = (name: string, outputs: object) =>
    put(
      cloud.cloud,
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
      {
        ...{ name, namespace: "OrderQueue", period: 60, evaluationPeriods: 1, treatMissingData: "missing" },
        ...outputs,
      },
    );
  const dimensions = { Domain: "au.example" };
  alarm("two-back", {
    ...{ metricName: "Back", statistic: "Sum", dimensions },
    ...{ comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 2 },
  });
  alarm("slow", {
    ...{ metricName: "Seconds", statistic: "Maximum", comparisonOperator: "GreaterThanThreshold", threshold: 2 },
  });
  alarm("none", {
    ...{ metricName: "Back", statistic: "Sum", dimensions, evaluationPeriods: 3, treatMissingData: "breaching" },
    ...{ comparisonOperator: "LessThanThreshold", threshold: 1 },
  });
  image(cloud.cloud, cloud.directory, program);
  const group = `arn:aws:logs:${region}:${account}:log-group:canary`;
  put(cloud.cloud, "aws:cloudwatch/logGroup:LogGroup", "canary", { name: "canary", arn: group });
  const stream = { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${group}:*` };
  role(cloud.cloud, "execution", [...executionStatements, stream]);
  const options = { "awslogs-group": "canary", "awslogs-region": region, "awslogs-stream-prefix": "canary" };
  const logConfiguration = { logDriver: "awslogs", options };
  service(cloud.cloud, taskDefinition(cloud.cloud, 1, { portMappings: [], logConfiguration }));
  await eventually(() => {
    const [stream] = cloud.store.readAll<{ file: string }>("log-stream");
    return stream && existsSync(stream.file) && readFileSync(stream.file, "utf8").split("\n").length > 3
      ? true
      : undefined;
  }, "three lines");

  const passMinutes = (count: number) => {
    for (let i = 0; i < count; i++) {
      now += minute;
      cloud.cloud.alarms.tick();
    }
    return Object.fromEntries(cloud.cloud.alarms.list().map(({ name, state }) => [name, state]));
  };
  expect(passMinutes(1)).toEqual({ "two-back": "ALARM", slow: "ALARM", none: "INSUFFICIENT_DATA" });
  // One of the last five minutes has the orders; then none has.
  expect(passMinutes(2)).toMatchObject({ none: "OK" });
  expect(passMinutes(3)).toEqual({ "two-back": "INSUFFICIENT_DATA", slow: "INSUFFICIENT_DATA", none: "ALARM" });
}, 30_000);

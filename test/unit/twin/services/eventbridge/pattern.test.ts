import { matches } from "../../../../../twin/services/eventbridge/pattern.ts";

const event = {
  source: "aws.ecs",
  "detail-type": "ECS Task State Change",
  resources: ["arn:one", "arn:two"],
  detail: { lastStatus: "STOPPED", stopCode: "EssentialContainerExited", containers: [{ exitCode: 137 }], count: 5 },
};

const cases: [string, object, boolean][] = [
  ["every field named has to match", { source: ["aws.ecs"], detail: { lastStatus: ["STOPPED"] } }, true],
  [
    "one field that does not match is enough to fail",
    { source: ["aws.ecs"], detail: { lastStatus: ["RUNNING"] } },
    false,
  ],
  ["several values are alternatives", { detail: { lastStatus: ["RUNNING", "STOPPED"] } }, true],
  ["a list in the event matches by any item", { resources: ["arn:two"] }, true],
  ["prefix", { resources: [{ prefix: "arn:" }] }, true],
  ["suffix", { source: [{ suffix: ".ec2" }] }, false],
  ["anything-but with a value", { detail: { stopCode: [{ "anything-but": "UserInitiated" }] } }, true],
  [
    "anything-but with values",
    { detail: { stopCode: [{ "anything-but": ["EssentialContainerExited", "x"] }] } },
    false,
  ],
  ["anything-but with a prefix", { detail: { stopCode: [{ "anything-but": { prefix: "Essential" } }] } }, false],
  ["anything-but needs the field", { detail: { none: [{ "anything-but": "x" }] } }, false],
  ["exists true", { detail: { stopCode: [{ exists: true }] } }, true],
  ["exists false", { detail: { none: [{ exists: false }] } }, true],
  ["exists false of a field that is there", { detail: { stopCode: [{ exists: false }] } }, false],
  ["numeric", { detail: { count: [{ numeric: [">", 1, "<=", 5] }] } }, true],
  ["numeric out of range", { detail: { count: [{ numeric: [">", 5] }] } }, false],
  ["case can be ignored", { source: [{ "equals-ignore-case": "AWS.ECS" }] }, true],
];

it.each(cases)("%s", (_name, pattern, expected) => {
  expect(matches(pattern, event)).toBe(expected);
});

/** The rule of a stopped container tells of all but the orderly stops of deployments and scaling. */
it.each([
  ["Scaling activity initiated by (deployment ecs-svc/8646900195280463695)", false],
  ["Task failed ELB health checks in (target-group arn:group)", true],
  ["Essential container in task exited", true],
  [undefined, true],
])("a container stopped because of: %s", (stoppedReason, told) => {
  const pattern = {
    detail: { stoppedReason: [{ "anything-but": { prefix: "Scaling activity initiated by" } }, { exists: false }] },
  };
  expect(matches(pattern, { ...event, detail: { ...event.detail, stoppedReason } })).toBe(told);
});

it("of a list of objects, one has to match", () => {
  const pattern = { detail: { containers: { reason: [{ prefix: "OutOfMemoryError" }] } } };
  const stopped = (...containers: object[]) => ({ ...event, detail: { containers } });
  expect(matches(pattern, stopped({ name: "a" }, { name: "b", reason: "OutOfMemoryError: killed" }))).toBe(true);
  expect(matches(pattern, stopped({ name: "a" }, { name: "b", reason: "CannotPullContainerError" }))).toBe(false);
  expect(matches(pattern, stopped())).toBe(false);
});

it("an operator that is not modelled is an error by name", () => {
  expect(() => matches({ source: [{ cidr: "10.0.0.0/8" }] }, event)).toThrow("the operator cidr is not modelled");
});

import { allowedIn, parity, parityFinding } from "../../../../release/checks/parity.ts";
import { plan, plannedAs, resource } from "./plans.ts";

const QUEUE = "aws:sqs/queue:Queue";
const withQueue = (delaySeconds: number) => plannedAs({ plan: plan([resource(QUEUE, "orders", { delaySeconds })]) });
const failed = plannedAs({ error: "no zone", threw: true });

test("parity compares each production stack with staging", () => {
  const planned = new Map([
    ["staging", withQueue(0)],
    ["prod-au", withQueue(0)],
    ["prod-eu", withQueue(5)],
  ]);
  expect(parity.judge(planned)).toEqual([
    {
      check: "parity",
      stack: "prod-eu",
      resource: `${QUEUE} orders`,
      path: "delaySeconds",
      message: "is 5",
      expected: "0, as in staging",
      fix: "make both equal, or allow the difference in stacks/parity-contract.ts with its reason",
    },
  ]);
  expect(parity.notes?.(planned)).toEqual([]);
});

test("parity leaves out a stack that cannot be planned, says so, and compares the others", () => {
  const planned = new Map([
    ["staging", withQueue(0)],
    ["prod-au", failed],
    ["prod-eu", withQueue(5)],
  ]);
  expect(parity.judge(planned).map(({ stack }) => stack)).toEqual(["prod-eu"]);
  expect(parity.notes?.(planned)).toEqual(["prod-au was not compared: it cannot be planned"]);
});

test("parity notes how many differences the contract allows for each reason, from one comparison", () => {
  const logs = (retentionInDays: number) =>
    ["ingest", "dispatch"].map((name) => resource("aws:cloudwatch/logGroup:LogGroup", name, { retentionInDays }));
  const vpc = (cidrBlock: string) => resource("aws:ec2/vpc:Vpc", "network", { cidrBlock });
  const planned = new Map([
    ["staging", plannedAs({ plan: plan([...logs(7), vpc("10.0.0.0/16")]) })],
    ["prod-eu", plannedAs({ plan: plan([...logs(90), vpc("10.1.0.0/16")]) })],
  ]);
  expect(parity.judge(planned)).toEqual([]);
  expect(parity.notes?.(planned)).toEqual([
    "allowed:   2 × production's logs are kept longer",
    "allowed:   1 × address ranges must not overlap where networks meet",
  ]);
  expect(allowedIn(planned)[0]).toBe(allowedIn(planned)[0]);
});

test("parity does not compare staging with itself, where a resource exists several times", () => {
  const several = plannedAs({ plan: plan([0, 5].map((delaySeconds) => resource(QUEUE, "orders", { delaySeconds }))) });
  expect(parity.judge(new Map([["staging", several]]))).toEqual([]);
});

test("parity compares nothing where staging cannot be planned", () => {
  const planned = new Map([
    ["staging", failed],
    ["prod-au", withQueue(5)],
  ]);
  expect(parity.judge(planned)).toEqual([]);
  expect(parity.notes?.(planned)).toEqual(["no stack was compared: staging cannot be planned"]);
});

test.each([
  [{ path: "resource", staging: "present", here: undefined }, { message: "is missing, and staging has it" }],
  [{ path: "resource", staging: undefined, here: "present" }, { message: "is extra: staging has none" }],
  [
    { path: "kmsKeyId", staging: "key", here: undefined },
    { message: "is not set", expected: '"key", as in staging' },
  ],
])("a difference %j is a finding", (difference, finding) => {
  expect(parityFinding({ stack: "prod-eu", resource: `${QUEUE} orders`, ...difference })).toMatchObject(finding);
});

test("a store class that staging has not is a finding with the file to edit", () => {
  const resourceName = "order-queue:infra:Store prod-eu-store-polder";
  const store = { stack: "prod-eu", resource: resourceName, path: "kind", staging: undefined, here: "own" };
  expect(parityFinding(store)).toEqual({
    check: "parity",
    stack: "prod-eu",
    resource: resourceName,
    message: 'has the store class "own"',
    expected: "a store of this class in staging",
    fix: "add one to Pulumi.staging.yaml",
  });
});

test("a long value is shortened in a finding: in a whole policy document no difference is seen", () => {
  const difference = {
    stack: "prod-au",
    resource: "aws:sqs/queuePolicy:QueuePolicy own",
    path: "policy",
    staging: "short",
  };
  const { message } = parityFinding({ ...difference, here: "x".repeat(21_947) });
  expect(message).toBe(`is "${"x".repeat(199)}… (21949 characters)`);
});

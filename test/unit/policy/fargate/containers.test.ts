import type { PolicyResource } from "@pulumi/policy";
import {
  containerIsEssential,
  healthIsChecked,
  imageIsNamedByDigest,
  logDeliveryIsExplicit,
  logGroupExists,
  logRetentionIsSet,
  rootIsReadOnly,
  secretIsNotPlain,
  taskDefinitionIsKept,
  userIsNotRoot,
} from "../../../../policy/fargate/containers.ts";
import { cases, judge, judgeStack, resource, stackCases } from "../cases.ts";

const digest = `sha256:${"5".repeat(64)}`;

function definition(container: object, refers: Record<string, PolicyResource[]> = {}): PolicyResource {
  const containerDefinitions = JSON.stringify([{ name: "dispatch", command: ["dispatch"], ...container }]);
  return resource("aws:ecs/taskDefinition:TaskDefinition", "dispatch", { containerDefinitions }, { refers });
}

/** A task of dispatch with a second container beside it. */
function withSidecar(sidecar: object): PolicyResource {
  const containers = [
    { name: "dispatch", command: ["dispatch"] },
    { name: "unlisted", ...sidecar },
  ];
  const containerDefinitions = JSON.stringify(containers);
  return resource("aws:ecs/taskDefinition:TaskDefinition", "dispatch", { containerDefinitions });
}

const environment = (values: Record<string, string>) => ({
  environment: Object.entries(values).map(([name, value]) => ({ name, value })),
});

cases(imageIsNamedByDigest, {
  "fails if the image is named by a tag": [
    definition({ image: "registry/order-queue:latest" }),
    ["container dispatch: image is registry/order-queue:latest; expected REPOSITORY@sha256:…"],
  ],
  "passes if it is named by its digest": [definition({ image: `registry/order-queue@${digest}` }), []],
});

cases(rootIsReadOnly, {
  "fails if the container may write to its own files": [
    definition({}),
    ["container dispatch: set readonlyRootFilesystem: true"],
  ],
  "passes if it may not": [definition({ readonlyRootFilesystem: true }), []],
});

cases(userIsNotRoot, {
  "fails if no user is set": [
    definition({}),
    ["container dispatch: user is not set; expected another than root, e.g. 1000:1000"],
  ],
  "fails if the user is 0": [
    definition({ user: "0:1000" }),
    ["container dispatch: user is 0:1000; expected another than root, e.g. 1000:1000"],
  ],
  "fails if the container is privileged": [
    definition({ user: "1000", privileged: true }),
    ["container dispatch: is privileged"],
  ],
  "passes if the user is another": [definition({ user: "1000:1000" }), []],
});

describe("rules on every container judge a sidecar too", () => {
  const bad = {
    image: "unlisted:latest",
    essential: false,
    user: "root",
    environment: [{ name: "API_KEY", value: "a" }],
    stopTimeout: 30,
  };
  test.each([
    [imageIsNamedByDigest, "image is unlisted:latest; expected REPOSITORY@sha256:…"],
    [rootIsReadOnly, "set readonlyRootFilesystem: true"],
    [userIsNotRoot, "user is root; expected another than root, e.g. 1000:1000"],
    [containerIsEssential, "set essential: true"],
    [healthIsChecked, "has no health check; set healthCheck.command"],
    [secretIsNotPlain, "API_KEY is plain environment; move it to secrets"],
  ])("$name", (rule, problem) => {
    expect(judge(rule, withSidecar(bad))).toContain(`container unlisted: ${problem}`);
  });

  test("container-log-group-exists", () => {
    expect(judgeStack(logGroupExists, [withSidecar(bad)])).toContain(
      "dispatch: container unlisted logs to nowhere; the stack's log groups are none",
    );
  });
});

cases(containerIsEssential, {
  "fails if the container may die alone": [
    definition({ essential: false }),
    ["container dispatch: set essential: true"],
  ],
  "passes if the task ends with it": [definition({ essential: true }), []],
});

cases(healthIsChecked, {
  "fails if nothing checks the container": [
    definition({}),
    ["container dispatch: has no health check; set healthCheck.command"],
  ],
  "fails if the image's own check is put off": [
    definition({ healthCheck: { command: ["NONE"] } }),
    ["container dispatch: has no health check; set healthCheck.command"],
  ],
  "passes if a command asks it": [definition({ healthCheck: { command: ["CMD", "bash", "health-check.sh"] } }), []],
});

const privateKey = `-----BEGIN EC ${"PRIVATE"} KEY-----`;

cases(secretIsNotPlain, {
  "fails if a private key is plain, whatever its name": [
    definition(environment({ PEM: `${privateKey}\nabc` })),
    ["container dispatch: PEM is plain environment; move it to secrets"],
  ],
  "fails if a credential is plain": [
    definition(environment({ TLS_KEY: "a", ERP_AUTHORIZATION_ACME: "b", DB_PASSWORD: "c" })),
    ["TLS_KEY", "ERP_AUTHORIZATION_ACME", "DB_PASSWORD"].map(
      (name) => `container dispatch: ${name} is plain environment; move it to secrets`,
    ),
  ],
  "passes if they are secrets, and the environment has settings alone": [
    definition({
      ...environment({ AWS_REGION: "eu-west-1", QUEUE_URL: "https://sqs/orders.fifo" }),
      secrets: [{ name: "TLS_KEY", valueFrom: "arn" }],
    }),
    [],
  ],
});

const logged = (options?: object) => definition({ logConfiguration: options && { options } });

const log = { "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "dispatch", "max-buffer-size": "25m" };

cases(logDeliveryIsExplicit, {
  "fails if the account's default decides": [
    logged({ ...log, mode: undefined }),
    ['container dispatch: set mode to "non-blocking" in its log options'],
  ],
  "fails if it waits for its log: a log that is down would stop it": [
    logged({ ...log, mode: "blocking" }),
    ['container dispatch: set mode to "non-blocking" in its log options'],
  ],
  "fails if its buffer has no size": [
    logged({ ...log, mode: "non-blocking", "max-buffer-size": "25" }),
    ['container dispatch: set max-buffer-size in its log options, e.g. "25m"'],
  ],
  "fails if its streams are named after another role": [
    logged({ ...log, mode: "non-blocking", "awslogs-stream-prefix": "ingest" }),
    ["container dispatch: awslogs-stream-prefix is ingest; expected dispatch"],
  ],
  "passes if mode, buffer and prefix are said": [logged({ ...log, mode: "non-blocking" }), []],
});

const kept = (skipDestroy?: boolean) => resource("aws:ecs/taskDefinition:TaskDefinition", "dispatch", { skipDestroy });

cases(taskDefinitionIsKept, {
  "fails if a replaced definition is deregistered": [kept(), ["set skipDestroy: true"]],
  "passes if it stays": [kept(true), []],
});

const logGroup = (props: object) => resource("aws:cloudwatch/logGroup:LogGroup", "dispatch", props);
const logsTo = (group: string) => definition({ logConfiguration: { options: { "awslogs-group": group } } });

stackCases(logGroupExists, {
  "fails if the group is another's": [
    [logsTo("/old"), logGroup({ name: "dispatch-1" })],
    ["dispatch: container dispatch logs to /old; the stack's log groups are dispatch-1"],
  ],
  "passes if it is the stack's": [[logsTo("dispatch-1"), logGroup({ name: "dispatch-1" })], []],
});

cases(logRetentionIsSet, {
  "fails if logs are kept for ever": [logGroup({}), ["set retentionInDays"]],
  "passes if they have an end": [logGroup({ retentionInDays: 30 }), []],
});

import type { PolicyResource } from "@pulumi/policy";
import {
  drainOutlastsARequest,
  idleIsShorterThanKeepAlive,
  retriesFitVisibilityTimeout,
  stopTimeoutOutlastsWorkInProgress,
  visibilityTimeoutIsLongEnough,
} from "../../../policy/budgets.ts";
import {
  containerIsEssential,
  healthIsChecked,
  imageIsNamedByDigest,
  logDeliveryIsExplicit,
  logGroupExists,
  logRetentionIsSet,
  roleIsDeclared,
  rootIsReadOnly,
  secretIsNotPlain,
  sidecarMemoryIsLimited,
  taskDefinitionIsKept,
  userIsNotRoot,
} from "../../../policy/containers.ts";
import { processingSeconds, roles, serviceDefaults, sidecars } from "../../../policy/definitions.ts";
import { longestReceiveMs } from "../../../service/backoff.ts";
import { dispatchSettings } from "../../../service/settings.ts";
import { cases, judge, judgeStack, resource, stackCases } from "./cases.ts";

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

cases(roleIsDeclared, {
  "fails if a sidecar is not declared": [
    withSidecar({ command: ["ingest"] }),
    [
      `container unlisted: is no known container; expected one of ${[...roles, ...sidecars].join(", ")}. ` +
        "Fix: add its name to sidecars in policy/definitions.ts",
    ],
  ],
  "fails if a container runs another role than it is named after": [
    definition({ command: ["canary"] }),
    ['container dispatch: command is canary; expected dispatch. Fix: set command: ["dispatch"]'],
  ],
  "fails if a container runs the image's own role, ingest, under another name": [
    definition({ command: undefined }),
    ['container dispatch: command is not set; expected dispatch. Fix: set command: ["dispatch"]'],
  ],
  "passes if each is named after the role that it runs": [definition({}), []],
});

cases(sidecarMemoryIsLimited, {
  "fails if a sidecar may use the task's whole memory": [withSidecar({}), ["container unlisted: set memory, in MiB"]],
  "passes if it has a limit of its own": [withSidecar({ memory: 64 }), []],
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

cases(retriesFitVisibilityTimeout, {
  "fails if a slow ERP outlasts the visibility": [
    definition(environment({ ERP_TIMEOUT_MS: "30000", VISIBILITY_TIMEOUT_SECONDS: "120" })),
    ["VISIBILITY_TIMEOUT_SECONDS is 120; expected more than 130, all attempts at an ERP together"],
  ],
  "fails if there are more attempts than fit": [
    definition(environment({ ERP_ATTEMPTS: "6", VISIBILITY_TIMEOUT_SECONDS: "120" })),
    ["VISIBILITY_TIMEOUT_SECONDS is 120; expected more than 145, all attempts at an ERP together"],
  ],
  "passes if all attempts fit": [
    definition(environment({ ERP_TIMEOUT_MS: "25000", VISIBILITY_TIMEOUT_SECONDS: "120" })),
    [],
  ],
});

const deadLetter = resource("aws:sqs/queue:Queue", "dead-letter");
const orders = (visibilityTimeoutSeconds?: number) =>
  resource("aws:sqs/queue:Queue", "orders", { visibilityTimeoutSeconds }, { refers: { redrivePolicy: [deadLetter] } });

function dispatchOf(queue: PolicyResource, container: object = {}): PolicyResource[] {
  return [queue, definition(container, { containerDefinitions: [queue] })];
}

/** As a preview has it: the text holds a value that is not known yet. */
function unknownDispatchOf(queue: PolicyResource): PolicyResource[] {
  const [, unknown] = dispatchOf(queue) as [PolicyResource, PolicyResource];
  Object.defineProperty(unknown.props, "containerDefinitions", {
    get: () => {
      throw Object.assign(new Error("not known"), { unknownTypeSentinel: "string" });
    },
  });
  return [queue, unknown];
}

stackCases(visibilityTimeoutIsLongEnough, {
  "fails if the queue's own visibility is too short": [
    dispatchOf(orders(30), environment({ ERP_TIMEOUT_MS: "10000" })),
    ["dispatch: orders: visibility is 30 s; expected more than 70 s, all attempts together"],
  ],
  "fails if a preview does not know the container yet and the service's defaults do not fit": [
    unknownDispatchOf(orders(30)),
    ["dispatch: orders: visibility is 30 s; expected more than 70 s, all attempts together"],
  ],
  "passes if all attempts fit": [dispatchOf(orders(120), environment({ ERP_TIMEOUT_MS: "25000" })), []],
});

cases(stopTimeoutOutlastsWorkInProgress, {
  "fails if ECS kills a container before its own time to stop is over": [
    definition({ stopTimeout: 30, ...environment({ STOP_TIMEOUT_SECONDS: "50" }) }),
    ["dispatch: stopTimeout is 30; expected more than 50, its STOP_TIMEOUT_SECONDS"],
  ],
  "fails if an order under way takes longer than a stop": [
    definition({ stopTimeout: 120, ...environment({ STOP_TIMEOUT_SECONDS: "30", ERP_TIMEOUT_MS: "25000" }) }),
    ["dispatch: STOP_TIMEOUT_SECONDS is 30; expected more than 35"],
  ],
  "fails if a request under way takes longer than a stop": [
    definition({ name: "ingest", command: ["ingest"], ...environment({ STOP_TIMEOUT_SECONDS: "15" }) }),
    ["ingest: STOP_TIMEOUT_SECONDS is 15; expected more than 20"],
  ],
  "passes if it is a sidecar, which has no such setting": [
    definition({ name: "unlisted", command: ["run"], stopTimeout: 5 }),
    [],
  ],
  "passes if the canary stops at once": [
    definition({ name: "canary", command: ["canary"], ...environment({ STOP_TIMEOUT_SECONDS: "1" }) }),
    [],
  ],
  "passes if each waits for the other": [
    definition({ stopTimeout: 120, ...environment({ STOP_TIMEOUT_SECONDS: "110", ERP_TIMEOUT_MS: "25000" }) }),
    [],
  ],
});

const targetGroup = (deregistrationDelay: number) =>
  resource("aws:lb/targetGroup:TargetGroup", "ingest", { deregistrationDelay });

cases(drainOutlastsARequest, {
  "fails if requests are cut off": [targetGroup(0), ["deregistrationDelay is 0 s; expected 20 s or more"]],
  "passes if they are answered": [targetGroup(30), []],
});

const balancer = (idleTimeout?: number) => resource("aws:lb/loadBalancer:LoadBalancer", "front", { idleTimeout });

cases(idleIsShorterThanKeepAlive, {
  "fails if a container closes first": [balancer(75), ["idleTimeout is 75 s; expected less than 75 s"]],
  "passes if the load balancer does": [balancer(74), []],
  "passes with AWS's own 60 s": [balancer(), []],
});

test("the defaults that policy judges by are the service's own", () => {
  const { erp, receiveWaitSeconds, stopTimeoutMs } = dispatchSettings({
    QUEUE_URL: "https://sqs/orders.fifo",
    RECEIPTS_QUEUE_URL: "https://sqs/receipts",
    DEAD_LETTER_QUEUE_URL: "https://sqs/dead-letter.fifo",
    STORE_ERPS: "{}",
    PLATFORM_DOMAIN: "eu.orderhub.example",
    AWS_REGION: "eu-west-1",
    RELEASE: "0123456789ab",
    IMAGE_DIGEST: digest,
    PORT: "8080",
  });
  expect(serviceDefaults).toEqual({
    ERP_TIMEOUT_MS: erp.timeoutMs,
    ERP_ATTEMPTS: erp.attempts,
    RECEIVE_WAIT_SECONDS: receiveWaitSeconds,
    STOP_TIMEOUT_SECONDS: stopTimeoutMs / 1000,
  });
});

test.each([
  [10_000, 3],
  [25_000, 3],
  [1_000, 10],
])("the time for an order of %s ms an attempt, %s attempts, is the service's own", (timeoutMs, attempts) => {
  const container = environment({ ERP_TIMEOUT_MS: String(timeoutMs), ERP_ATTEMPTS: String(attempts) });
  expect(processingSeconds(container) * 1000).toBe(longestReceiveMs({ timeoutMs, attempts }));
});

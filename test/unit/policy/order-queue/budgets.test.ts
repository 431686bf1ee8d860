import type { PolicyResource } from "@pulumi/policy";
import {
  drainOutlastsARequest,
  idleIsShorterThanKeepAlive,
  retriesFitVisibilityTimeout,
  stopTimeoutOutlastsWorkInProgress,
  visibilityTimeoutIsLongEnough,
} from "../../../../policy/order-queue/budgets.ts";
import { cases, resource, stackCases } from "../cases.ts";

function definition(container: object, refers: Record<string, PolicyResource[]> = {}): PolicyResource {
  const containerDefinitions = JSON.stringify([{ name: "dispatch", command: ["dispatch"], ...container }]);
  return resource("aws:ecs/taskDefinition:TaskDefinition", "dispatch", { containerDefinitions }, { refers });
}

const environment = (values: Record<string, string>) => ({
  environment: Object.entries(values).map(([name, value]) => ({ name, value })),
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

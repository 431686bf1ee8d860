import {
  autoscalingOwnsDesiredCount,
  capacityIsKept,
  circuitBreakerRollsBack,
  healthCheckGracePeriodIsSet,
  healthCheckPathIsTheContainers,
  serviceWaitsForItsListener,
  tasksAreTagged,
  tasksStayInTheirZones,
  updateWaitsUntilSteady,
} from "../../../../policy/fargate/services.ts";
import { cases, resource, stackCases } from "../cases.ts";

const service = (props: object = {}, further: Parameters<typeof resource>[3] = {}) =>
  resource("aws:ecs/service:Service", "ingest", props, further);

const rollBack = ["set deploymentCircuitBreaker: { enable: true, rollback: true }"];

cases(circuitBreakerRollsBack, {
  "fails if there is no breaker": [service(), rollBack],
  "fails if the breaker does not roll back": [
    service({ deploymentCircuitBreaker: { enable: true, rollback: false } }),
    rollBack,
  ],
  "passes if it rolls back": [service({ deploymentCircuitBreaker: { enable: true, rollback: true } }), []],
});

cases(capacityIsKept, {
  "fails if a deployment stops containers first": [
    service({ deploymentMinimumHealthyPercent: 50 }),
    ["deploymentMinimumHealthyPercent is 50; expected 100 or more"],
  ],
  "fails if there is no room for new containers": [
    service({ deploymentMaximumPercent: 100 }),
    ["deploymentMaximumPercent is 100; expected more than 100, or nothing can be replaced"],
  ],
  "passes if new containers come first": [
    service({ deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 200 }),
    [],
  ],
});

cases(updateWaitsUntilSteady, {
  "fails if an update ends before its containers run": [
    service({ waitForSteadyState: false }),
    ["set waitForSteadyState: true"],
  ],
  "passes if it waits": [service({ waitForSteadyState: true }), []],
});

cases(tasksAreTagged, {
  "fails if nothing says whose tasks they are": [
    service(),
    ['set propagateTags: "SERVICE"', "set enableEcsManagedTags: true"],
  ],
  "fails if the tags are the task definition's": [
    service({ propagateTags: "TASK_DEFINITION", enableEcsManagedTags: true }),
    ['set propagateTags: "SERVICE"'],
  ],
  "passes if they have the service's tags and ECS's": [
    service({ propagateTags: "SERVICE", enableEcsManagedTags: true }),
    [],
  ],
});

cases(tasksStayInTheirZones, {
  "fails if nothing is said, which is ENABLED for a new service": [
    service(),
    ["availabilityZoneRebalancing is ENABLED, since it is left out; expected DISABLED"],
  ],
  "fails if containers are moved": [
    service({ availabilityZoneRebalancing: "ENABLED" }),
    ["availabilityZoneRebalancing is ENABLED; expected DISABLED"],
  ],
  "passes if they stay": [service({ availabilityZoneRebalancing: "DISABLED" }), []],
});

const loadBalancers = [{ containerPort: 8080 }];

cases(healthCheckGracePeriodIsSet, {
  "fails if health checks count from the first second": [
    service({ loadBalancers, healthCheckGracePeriodSeconds: 0 }),
    ["set healthCheckGracePeriodSeconds"],
  ],
  "passes if containers get time to start": [service({ loadBalancers, healthCheckGracePeriodSeconds: 30 }), []],
  "passes if there is no load balancer": [service(), []],
});

const targetGroup = resource("aws:lb/targetGroup:TargetGroup", "ingest");
const rule = resource("aws:lb/listenerRule:ListenerRule", "platform");

stackCases(serviceWaitsForItsListener, {
  "fails if nothing makes the listener come first": [
    [targetGroup, service({}, { refers: { loadBalancers: [targetGroup] } })],
    ["ingest: add the listener or its rule to dependsOn"],
  ],
  "passes if the service waits for a rule": [
    [targetGroup, rule, service({}, { refers: { loadBalancers: [targetGroup] }, dependsOn: [rule] })],
    [],
  ],
  "passes if no load balancer leads to it": [[service()], []],
});

function scaled(ignoreChanges: string[]) {
  const ingest = service({}, { opts: { ignoreChanges } });
  return [ingest, resource("aws:appautoscaling/target:Target", "ingest", {}, { refers: { resourceId: [ingest] } })];
}

stackCases(autoscalingOwnsDesiredCount, {
  "fails if an update would set the scaled count back": [scaled([]), ['ingest: add "desiredCount" to ignoreChanges']],
  "passes if it leaves the count alone": [scaled(["desiredCount"]), []],
  "passes if nothing scales the service": [[service()], []],
});

const asking = (path: string | undefined, command?: string[], sidecar: string[] = []) => {
  const group = resource("aws:lb/targetGroup:TargetGroup", "group", { healthCheck: { path } });
  const definition = resource("aws:ecs/taskDefinition:TaskDefinition", "ingest", {
    containerDefinitions: JSON.stringify([
      { name: "log-router", healthCheck: { command: sidecar } },
      { name: "ingest", ...(command && { healthCheck: { command } }) },
    ]),
  });
  const loadBalancers = [{ containerName: "ingest" }];
  return [service({ loadBalancers }, { refers: { loadBalancers: [group], taskDefinition: [definition] } })];
};
const own = ["CMD", "node", "-e", "fetch('http://127.0.0.1:8080/health')"];

stackCases(healthCheckPathIsTheContainers, {
  "fails if it asks for the start page": [
    asking("/", own),
    ["ingest: group asks for /, which answers stores and not health checks"],
  ],
  "fails if it asks for the beginning of the path": [
    asking("/heal", own),
    ["ingest: group asks for /heal, for which no container asks itself"],
  ],
  "fails if it says nothing, which is the start page": [
    asking(undefined, own),
    ["ingest: group asks for /, which answers stores and not health checks"],
  ],
  "fails if only a sidecar asks itself for that path": [
    asking("/health", ["CMD", "fetch('http://127.0.0.1:8080/version')"], own),
    ["ingest: group asks for /health, for which no container asks itself"],
  ],
  "passes if both ask alike": [asking("/health", own), []],
  "passes if the containers' check names no path": [asking("/health", undefined), []],
});

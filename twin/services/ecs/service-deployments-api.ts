/**
 * Service deployments: the history of a service, the last twenty. Not modelled: StopServiceDeployment, service revisions, hooks,
 * alarms, what was requested of tasks when a deployment that has ended still ran.
 * Sources: ECS API reference, ServiceDeployment, ListServiceDeployments; AWS CLI's examples of both calls.
 */
import { z } from "zod";
import { action, date, instant, nameOf, page, texts, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties, Resource } from "../../core/store.ts";
import { clusterOf, type EcsApiCall, missing, servicesOf, types } from "./lookups.ts";
import type { ServiceDeployment, TaskStatus } from "./model.ts";
import { breakerThreshold } from "./plan.ts";

const status = z.enum([
  "PENDING",
  "SUCCESSFUL",
  "STOPPED",
  "STOP_REQUESTED",
  "IN_PROGRESS",
  "ROLLBACK_REQUESTED",
  "ROLLBACK_IN_PROGRESS",
  "ROLLBACK_SUCCESSFUL",
  "ROLLBACK_FAILED",
]);

const arnOf = ({ outputs }: Resource, kind: string, id: string): string =>
  `${outputs.arn.replace(":service/", `:${kind}/`)}/${id}`;

/** The revision has the digits of the deployment `ecs-svc/1234567890123456789`. */
const revisionOf = (service: Resource, deployment: string): string =>
  arnOf(service, "service-revision", nameOf(deployment));

const common = (service: Resource, one: ServiceDeployment): Properties => ({
  serviceDeploymentArn: arnOf(service, "service-deployment", one.id),
  ...{ serviceArn: service.outputs.arn, clusterArn: service.outputs.cluster },
  ...{ createdAt: date(one.createdAt), startedAt: date(one.createdAt), finishedAt: date(one.finishedAt) },
  ...{ status: one.status, statusReason: one.statusReason },
});

export const listServiceDeployments = action(
  {
    service: z.string(),
    cluster: z.string().optional(),
    status: z.array(status).optional(),
    createdAt: z.strictObject({ before: instant.optional(), after: instant.optional() }).default({}),
    maxResults: whole(1, 100).default(20),
    nextToken: z.string().optional(),
  },
  ({ service, cluster, status: wanted, createdAt: { before, after }, maxResults, nextToken }, call: EcsApiCall) => {
    // The ARN of a service names its cluster.
    const [, named] = /:service\/([^/]+)\//.exec(service) ?? [];
    const found = servicesOf(clusterOf(cluster ?? named, call), call).find(
      ({ outputs }) => outputs.name === nameOf(service),
    );
    if (!found) throw new AwsError("ServiceNotFoundException", "Service not found.");
    const all = (call.ecs.describe(found.outputs.arn)?.history ?? [])
      .toReversed()
      .filter((one) => wanted === undefined || wanted.length === 0 || wanted.includes(one.status))
      .filter((one) => !before || Date.parse(one.createdAt) < before.getTime())
      .filter((one) => !after || Date.parse(one.createdAt) > after.getTime());
    const { items, next } = page(all, maxResults, nextToken);
    return {
      serviceDeployments: items.map((one) => ({
        ...common(found, one),
        targetServiceRevisionArn: revisionOf(found, one.target),
      })),
      nextToken: next,
    };
  },
);

export const describeServiceDeployments = action(
  { serviceDeploymentArns: texts.min(1).max(20) },
  ({ serviceDeploymentArns: asked }, call: EcsApiCall) => {
    const all = call.store
      .list(types.service, call.region)
      .flatMap((service) =>
        (call.ecs.describe(service.outputs.arn)?.history ?? []).map((one) => ({ service, one, id: one.id })),
      );
    const found = all.filter(({ service, id }) => asked.includes(arnOf(service, "service-deployment", id)));
    return {
      serviceDeployments: found.map(({ service, one }) => shapeOf(service, one, call)),
      failures: missing(
        asked,
        found.map(({ id }) => id),
        (arn) => arn,
      ),
    };
  },
);

function shapeOf(service: Resource, one: ServiceDeployment, { ecs }: EcsApiCall): Properties {
  const { outputs } = service;
  const desired: number = outputs.desiredCount ?? 0;
  const state = ecs.describe(outputs.arn);
  const tasks = ecs.tasks(outputs.arn);
  const revision = (deployment: string, requestedTaskCount: number, by = deployment) => {
    const own = tasks
      .filter(({ startedBy }) => startedBy === deployment || startedBy === by)
      .map(({ lastStatus }) => lastStatus);
    const count = (...of: TaskStatus[]) => own.filter((lastStatus) => of.includes(lastStatus)).length;
    return {
      arn: revisionOf(service, deployment),
      requestedTaskCount,
      runningTaskCount: count("RUNNING"),
      pendingTaskCount: count("PROVISIONING", "PENDING", "ACTIVATING"),
    };
  };
  const ended = one.finishedAt !== undefined;
  const breaker = outputs.deploymentCircuitBreaker;
  return {
    ...common(service, one),
    updatedAt: date(one.updatedAt),
    stoppedAt: one.status === "STOPPED" ? date(one.finishedAt) : undefined,
    sourceServiceRevisions: one.source ? [revision(one.source, one.rollback ? desired : 0, one.rollback?.by)] : [],
    targetServiceRevision: revision(one.target, one.rollback ? 0 : desired),
    rollback: one.rollback && {
      ...{ reason: one.rollback.reason, startedAt: date(one.rollback.startedAt) },
      serviceRevisionArn: revisionOf(service, one.rollback.to),
    },
    deploymentConfiguration: {
      deploymentCircuitBreaker: breaker,
      ...{ maximumPercent: outputs.deploymentMaximumPercent, strategy: "ROLLING" },
      minimumHealthyPercent: outputs.deploymentMinimumHealthyPercent,
    },
    deploymentCircuitBreaker: {
      status: !breaker?.enable
        ? "DISABLED"
        : one.statusReason
          ? "TRIGGERED"
          : ended
            ? "MONITORING_COMPLETE"
            : "MONITORING",
      failureCount: state?.deployments.find(({ id }) => id === one.target)?.failedTasks ?? 0,
      threshold: breakerThreshold(desired),
    },
  };
}

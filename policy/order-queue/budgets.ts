/** Times in their right order: what one part allows, the next one waits for. */

import { containersOf, environmentOf } from "../fargate/definitions.ts";
import { ifResolved, resourceRule, stackRule } from "../rule.ts";
import { drainingSeconds, isDispatch, longestRequest, processingSeconds, roleOf, setting } from "./definitions.ts";

export const retriesFitVisibilityTimeout = resourceRule({
  name: "budget-order-fits-its-visibility",
  description: "An order is invisible for longer than dispatch works on it: no second container posts it.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report) => {
    for (const container of containersOf(definition).filter(isDispatch)) {
      const { VISIBILITY_TIMEOUT_SECONDS: hidden } = environmentOf(container);
      const needed = processingSeconds(container);
      if (hidden !== undefined && Number(hidden) <= needed) {
        report(
          `VISIBILITY_TIMEOUT_SECONDS is ${hidden}; expected more than ${needed}, all attempts at an ERP together`,
        );
      }
    }
  },
});

export const visibilityTimeoutIsLongEnough = stackRule({
  name: "budget-queue-hides-long-enough",
  description: "A queue's visibility timeout is longer than dispatch may work on an order.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report) => {
    // Where a preview does not know the containers yet, the least that any may need: the service's defaults.
    const containers = ifResolved(() => containersOf(definition.props)) ?? [{ name: "dispatch" }];
    for (const queue of definition.refersTo("containerDefinitions", "aws:sqs/queue:Queue")) {
      if (queue.refersTo("redrivePolicy", "aws:sqs/queue:Queue").length === 0) continue;
      const hidden = queue.props.visibilityTimeoutSeconds ?? 30;
      for (const needed of containers.filter(isDispatch).map(processingSeconds)) {
        if (hidden <= needed) {
          report(`${queue.name}: visibility is ${hidden} s; expected more than ${needed} s, all attempts together`);
        }
      }
    }
  },
});

export const stopTimeoutOutlastsWorkInProgress = resourceRule({
  name: "budget-stop-outlasts-what-is-under-way",
  description: "A container that stops has time for what it has begun, and ends by itself before ECS kills it.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report) => {
    for (const container of containersOf(definition)) {
      const role = roleOf(container);
      if (role === undefined) continue;
      const { name, stopTimeout = 30 } = container;
      const own = setting(container, "STOP_TIMEOUT_SECONDS");
      const needed = drainingSeconds(role, container);
      if (own <= needed) report(`${name}: STOP_TIMEOUT_SECONDS is ${own}; expected more than ${needed}`);
      if (stopTimeout <= own) {
        report(`${name}: stopTimeout is ${stopTimeout}; expected more than ${own}, its STOP_TIMEOUT_SECONDS`);
      }
    }
  },
});

export const drainOutlastsARequest = resourceRule({
  name: "budget-drain-outlasts-a-request",
  description: "The load balancer lets a container that leaves answer the requests it still has.",
  on: "aws:lb/targetGroup:TargetGroup",
  check: ({ deregistrationDelay = 300 }, report) => {
    if (Number(deregistrationDelay) < longestRequest) {
      report(`deregistrationDelay is ${deregistrationDelay} s; expected ${longestRequest} s or more`);
    }
  },
});

/** Seconds for which ingest keeps an unused connection (KEEP_ALIVE_MS of service/ingest.ts). */
const keepAlive = 75;

export const idleIsShorterThanKeepAlive = resourceRule({
  name: "budget-idle-is-shorter-than-keep-alive",
  description:
    "A load balancer gives up a connection before the container does: else it sends requests into one that closes.",
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: ({ idleTimeout = 60 }, report) => {
    if (idleTimeout >= keepAlive) report(`idleTimeout is ${idleTimeout} s; expected less than ${keepAlive} s`);
  },
});

/** How containers are replaced. */

import { resourceRule, stackRule } from "../rule.ts";
import { intersects } from "../stack.ts";
import { containersOf } from "./definitions.ts";

export const circuitBreakerRollsBack = resourceRule({
  name: "service-breaker-rolls-back",
  description: "A deployment whose containers do not come up is ended and rolled back by ECS.",
  on: "aws:ecs/service:Service",
  check: ({ deploymentCircuitBreaker: breaker }, report) => {
    if (!breaker?.enable || !breaker.rollback) report("set deploymentCircuitBreaker: { enable: true, rollback: true }");
  },
});

export const capacityIsKept = resourceRule({
  name: "service-keeps-its-capacity",
  description: "A deployment never lowers the number of containers at work.",
  on: "aws:ecs/service:Service",
  check: ({ deploymentMinimumHealthyPercent: least = 100, deploymentMaximumPercent: most = 200 }, report) => {
    if (least < 100) report(`deploymentMinimumHealthyPercent is ${least}; expected 100 or more`);
    if (most <= 100) report(`deploymentMaximumPercent is ${most}; expected more than 100, or nothing can be replaced`);
  },
});

export const updateWaitsUntilSteady = resourceRule({
  name: "service-update-waits-until-steady",
  description: "An update ends when the new containers run, not when ECS has accepted the request.",
  on: "aws:ecs/service:Service",
  check: ({ waitForSteadyState }, report) => {
    if (waitForSteadyState !== true) report("set waitForSteadyState: true");
  },
});

export const tasksStayInTheirZones = resourceRule({
  name: "service-tasks-stay-in-their-zones",
  description:
    "ECS stops no healthy container to even out the zones: AWS documents no reason by which a notification could tell such a stop.",
  on: "aws:ecs/service:Service",
  check: ({ availabilityZoneRebalancing: rebalancing }, report) => {
    if (rebalancing !== "DISABLED")
      report(`availabilityZoneRebalancing is ${rebalancing ?? "ENABLED, since it is left out"}; expected DISABLED`);
  },
});

export const tasksAreTagged = resourceRule({
  name: "service-tasks-are-tagged",
  description: "Tasks carry the tags of their service and those of ECS, so that bill and operator see whose they are.",
  on: "aws:ecs/service:Service",
  check: ({ propagateTags, enableEcsManagedTags }, report) => {
    if (propagateTags !== "SERVICE") report('set propagateTags: "SERVICE"');
    if (enableEcsManagedTags !== true) report("set enableEcsManagedTags: true");
  },
});

export const healthCheckGracePeriodIsSet = resourceRule({
  name: "service-start-has-grace",
  description: "Containers behind a load balancer get time to start before its health checks may end them.",
  on: "aws:ecs/service:Service",
  check: ({ loadBalancers = [], healthCheckGracePeriodSeconds: grace = 0 }, report) => {
    if (loadBalancers.length > 0 && grace < 1) report("set healthCheckGracePeriodSeconds");
  },
});

export const healthCheckPathIsTheContainers = stackRule({
  name: "service-health-path-is-the-containers-own",
  description:
    "The load balancer's health check asks for a path of its own, and for the one that the containers' check names, if it names any.",
  on: "aws:ecs/service:Service",
  check: (service, report) => {
    const targets = service.props.loadBalancers?.map(({ containerName }) => containerName);
    const commands = service
      .refersTo("taskDefinition", "aws:ecs/taskDefinition:TaskDefinition")
      .flatMap(({ props }) => containersOf(props))
      .filter(({ name = "" }) => targets?.includes(name))
      .flatMap(({ healthCheck }) => (healthCheck?.command ? [healthCheck.command.join(" ")] : []));
    const named = commands.filter((command) => /https?:\/\//.test(command));
    for (const group of service.refersTo("loadBalancers", "aws:lb/targetGroup:TargetGroup")) {
      const path = group.props.healthCheck?.path ?? "/";
      const asked = new RegExp(`${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w/-])`);
      if (path === "/") report(`${group.name} asks for /, which answers stores and not health checks`);
      else if (named.length > 0 && !named.some((command) => asked.test(command)))
        report(`${group.name} asks for ${path}, for which no container asks itself`);
    }
  },
});

export const serviceWaitsForItsListener = stackRule({
  name: "service-waits-for-its-listener",
  description: "A service is made after the listener that leads to it: ECS refuses a target group without one.",
  on: "aws:ecs/service:Service",
  check: (service, report) => {
    if (service.refersTo("loadBalancers", "aws:lb/targetGroup:TargetGroup").length === 0) return;
    if (!service.waitsFor("aws:lb/listener:Listener") && !service.waitsFor("aws:lb/listenerRule:ListenerRule")) {
      report("add the listener or its rule to dependsOn");
    }
  },
});

export const autoscalingOwnsDesiredCount = stackRule({
  name: "service-scaling-owns-the-count",
  description: "Where autoscaling sets the number of containers, an update leaves it alone.",
  on: "aws:ecs/service:Service",
  check: (service, report, stack) => {
    const scaled = stack
      .all("aws:appautoscaling/target:Target")
      .some((target) => intersects(target.refersTo("resourceId", "aws:ecs/service:Service"), [service]));
    if (scaled && !service.opts.ignoreChanges.includes("desiredCount")) report('add "desiredCount" to ignoreChanges');
  },
});

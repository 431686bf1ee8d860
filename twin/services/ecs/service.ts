import { z } from "zod";
import { arn, hex } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { retried } from "../../core/wait.ts";
import { type ResourceCall, type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import type { Ecs } from "./behaviour.ts";
import { cluster } from "./cluster.ts";
import { taskDefinition } from "./task-definition.ts";

export type EcsCall = ResourceCall & {
  ecs: Ecs;
  /** ELB: ARNs of the load balancers that forward to a target group. */
  targets: { forwarders(targetGroupArn: string, region: string): string[] };
};

export const service: ResourceType<EcsCall> = {
  token: "aws:ecs/service:Service",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    cluster: z.string(),
    taskDefinition: z.string(),
    desiredCount: z.number().int(),
    launchType: z.literal("FARGATE"),
    // Left out, a new service is rebalanced (ECS API reference, CreateService), which is not modelled.
    availabilityZoneRebalancing: z.literal("DISABLED", {
      error: "the twin moves no task between zones; left out, it is ENABLED; expected DISABLED",
    }),
    platformVersion: z.string().optional(),
    deploymentMinimumHealthyPercent: z.number().int(),
    deploymentMaximumPercent: z.number().int(),
    deploymentCircuitBreaker: z.strictObject({ enable: z.boolean(), rollback: z.boolean() }).optional(),
    waitForSteadyState: z.boolean(),
    enableExecuteCommand: z.literal(false),
    healthCheckGracePeriodSeconds: z.number().int().optional(),
    forceNewDeployment: z.boolean().optional(),
    propagateTags: z.enum(["SERVICE", "TASK_DEFINITION"]).optional(),
    enableEcsManagedTags: z.boolean().optional(),
    schedulingStrategy: z.literal("REPLICA"),
    triggers: z.record(z.string(), z.string()).optional(),
    networkConfiguration: z.strictObject({
      subnets: z.array(z.string()),
      securityGroups: z.array(z.string()).optional(),
      assignPublicIp: z.boolean().optional(),
    }),
    loadBalancers: z
      .array(
        z.strictObject({
          targetGroupArn: z.string(),
          containerName: z.string(),
          containerPort: z.number().int(),
        }),
      )
      .optional(),
  }),
  defaults: {
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    desiredCount: 0,
    schedulingStrategy: "REPLICA",
    waitForSteadyState: false,
    enableExecuteCommand: false,
  },
  autoname: { property: "name", max: 255 },
  computed: ["arn", "tagsAll"],
  replaces: ["name", "cluster", "launchType", "schedulingStrategy"],
  create: async (inputs, call) => {
    const what = `creating ECS Service (${inputs.name})`;
    const found = call.store.get(cluster.token, inputs.cluster, call.region);
    if (!found) throw new Error(`${what}: api error ClusterNotFoundException: Cluster not found.`);
    await retried(3_000, () => refuseService(what, inputs, call));
    const id = arn("ecs", call, `service/${found.inputs.name}/${inputs.name}`);
    if (call.store.get(service.token, id, call.region))
      throw new Error(`${what}: api error InvalidParameterException: Creation of service was not idempotent.`);
    return { id, outputs: { arn: id, deploymentId: hex(10), ...tagsAll(inputs, call) } };
  },
  update: (id, _state, inputs, call) => {
    refuseService(`updating ECS Service (${inputs.name})`, inputs, call);
    const before = call.store.get(service.token, id, call.region);
    // The provider sends a desired count only where the program's has changed: autoscaling's stays.
    const scaled = before?.inputs.desiredCount === inputs.desiredCount ? before?.outputs.desiredCount : undefined;
    return { ...tagsAll(inputs, call), ...(scaled !== undefined && { desiredCount: scaled }) };
  },
  /** The provider's wait for a steady state: 20 minutes unless `customTimeouts` says less. */
  settle: async (id, outputs, call) => {
    if (outputs.waitForSteadyState) await call.ecs.steady(id, call.timeoutMs ?? 20 * 60_000);
  },
  delete: async (id, _state, call) => {
    const found = call.store.get(service.token, id, call.region);
    if (!found) return;
    call.store.put({
      ...found,
      inputs: { ...found.inputs, desiredCount: 0 },
      outputs: { ...found.outputs, desiredCount: 0 },
    });
    await call.ecs.drained(id);
  },
};

function refuseService(what: string, inputs: Properties, call: EcsCall): void {
  const { store } = call;
  const definition = store.get(taskDefinition.token, inputs.taskDefinition, call.region);
  if (!definition) throw new Error(`${what}: api error ClientException: Unable to describe task definition.`);
  if (store.read("task-definition-inactive", inputs.taskDefinition))
    throw new Error(`${what}: api error ClientException: TaskDefinition is inactive`);
  for (const { targetGroupArn, containerName, containerPort } of inputs.loadBalancers ?? []) {
    if (call.targets.forwarders(targetGroupArn, call.region).length === 0)
      throw new Error(
        `${what}: api error InvalidParameterException: The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    const containers: Properties[] = JSON.parse(definition.inputs.containerDefinitions);
    const container = containers.find(({ name }) => name === containerName);
    if (!container)
      throw new Error(
        `${what}: api error InvalidParameterException: The container ${containerName} does not exist in the task definition.`,
      );
    if (!container.portMappings?.some((mapping: Properties) => mapping.containerPort === containerPort))
      throw new Error(
        `${what}: api error InvalidParameterException: The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
  }
}

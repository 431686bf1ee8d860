/**
 * ECS on Fargate: clusters, task definitions (revisions), services. Scheduling, deployments and tasks are the data plane's (ecs/).
 * Not modelled: EC2 and external launch types, capacity providers, volumes, sidecars (one container a task), Service Connect.
 * Sources: terraform-provider-aws internal/service/ecs; ECS API reference (error texts); Fargate task sizes
 * (ECS developer guide, task-cpu-memory-error).
 */
import { z } from "zod";
import { arn, hex } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { retried } from "../../core/wait.ts";
import { type ResourceCall, type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { isUnknown } from "../../pulumi/values.ts";
import type { Ecs } from "./behaviour.ts";
import { containerDefinitions as containers } from "./definition.ts";

export type EcsCall = ResourceCall & {
  ecs: Ecs;
  /** ELB: ARNs of the load balancers that forward to a target group. */
  targets: { forwarders(targetGroupArn: string, region: string): string[] };
};

const ecsName = z.string().regex(/^[0-9A-Za-z_-]{1,255}$/, "expected 1 to 255 letters, digits, _ or -");

export const cluster: ResourceType = {
  token: "aws:ecs/cluster:Cluster",
  scope: "regional",
  inputs: tagged({
    name: ecsName,
    settings: z
      .array(
        z.strictObject({ name: z.literal("containerInsights"), value: z.enum(["enabled", "disabled", "enhanced"]) }),
      )
      .optional(),
  }),
  autoname: { property: "name", max: 255 },
  computed: ["arn", "tagsAll"],
  replaces: ["name"],
  create: (inputs, call) => {
    const id = arn("ecs", call, `cluster/${inputs.name}`);
    return { id, outputs: { arn: id, ...tagsAll(inputs, call) } };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) =>
    retried(3_000, () => {
      if (call.store.list(service.token, call.region).some((s) => s.inputs.cluster === id))
        throw new Error(
          `deleting ECS Cluster (${id}): api error ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.`,
        );
    }),
};

/** Legal Fargate memory in MiB by CPU units: [least, most, step]; 256 has three sizes only. */
const fargate: Readonly<Record<string, readonly [number, number, number]>> = {
  "512": [1024, 4096, 1024],
  "1024": [2048, 8192, 1024],
  "2048": [4096, 16384, 1024],
  "4096": [8192, 30720, 1024],
  "8192": [16384, 61440, 4096],
  "16384": [32768, 122880, 8192],
};

function legalSize(cpu: string, memory: string): boolean {
  if (cpu === "256") return ["512", "1024", "2048"].includes(memory);
  const sizes = fargate[cpu];
  if (!sizes) return false;
  const [least, most, step] = sizes;
  const mib = Number(memory);
  return mib >= least && mib <= most && (mib - least) % step === 0;
}

/** Of a task definition, all of it as JSON (awsdocs/amazon-ecs-developer-guide#149, where AWS's error is quoted). */
const mostBytes = 65_536;

export const taskDefinition: ResourceType = {
  token: "aws:ecs/taskDefinition:TaskDefinition",
  scope: "regional",
  inputs: tagged({
    family: ecsName,
    cpu: z.string(),
    memory: z.string(),
    networkMode: z.literal("awsvpc"),
    requiresCompatibilities: z.tuple([z.literal("FARGATE")]),
    runtimePlatform: z
      .strictObject({ cpuArchitecture: z.enum(["X86_64", "ARM64"]), operatingSystemFamily: z.literal("LINUX") })
      .optional(),
    executionRoleArn: z.string().optional(),
    taskRoleArn: z.string().optional(),
    skipDestroy: z.boolean(),
    containerDefinitions: z.string(),
    trackLatest: z.boolean().optional(),
  }),
  defaults: { skipDestroy: false },
  json: ["containerDefinitions"],
  computed: ["arn", "arnWithoutRevision", "revision", "tagsAll"],
  replaces: [
    "family",
    "cpu",
    "memory",
    "networkMode",
    "requiresCompatibilities",
    "runtimePlatform",
    "executionRoleArn",
    "taskRoleArn",
    "containerDefinitions",
  ],
  check: ({ containerDefinitions }) => {
    if (isUnknown(containerDefinitions)) return [];
    try {
      const parsed = containers.safeParse(JSON.parse(containerDefinitions));
      return (parsed.error?.issues ?? []).map((issue) => ({
        property: ["containerDefinitions", ...issue.path].join("."),
        reason:
          issue.code === "unrecognized_keys"
            ? `the twin does not model ${issue.keys.join(", ")} of a container definition`
            : issue.message,
      }));
    } catch {
      return [
        { property: "containerDefinitions", reason: "ECS Task Definition container_definitions is invalid: not JSON" },
      ];
    }
  },
  create: (inputs, call) => {
    const [{ image, logConfiguration, secrets = [] }] = JSON.parse(inputs.containerDefinitions);
    if (secrets.length > 0 && !inputs.executionRoleArn)
      throw new Error(
        `creating ECS Task Definition (${inputs.family}): api error ClientException: When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.`,
      );
    const asked = { ...inputs, containerDefinitions: JSON.parse(inputs.containerDefinitions) };
    const length = Buffer.byteLength(JSON.stringify(asked));
    if (length > mostBytes)
      throw new Error(
        `creating ECS Task Definition (${inputs.family}): api error ClientException: Actual length: '${length}'. Max allowed length is '${mostBytes}' bytes.`,
      );
    if (!legalSize(inputs.cpu, inputs.memory))
      throw new Error(
        `creating ECS Task Definition (${inputs.family}): api error ClientException: No Fargate configuration exists for given values: ${inputs.cpu} CPU, ${inputs.memory} memory.`,
      );
    const needs = logConfiguration ? "log driver awslogs" : image.includes(".dkr.ecr.") ? "ECR images" : undefined;
    if (!inputs.executionRoleArn && needs)
      throw new Error(
        `creating ECS Task Definition (${inputs.family}): api error ClientException: Fargate requires task definition to have execution role ARN to support ${needs}.`,
      );
    const families = call.store.read<{ revision: number }>("task-family", `${call.region}/${inputs.family}`);
    const revision = (families?.revision ?? 0) + 1;
    call.store.write("task-family", `${call.region}/${inputs.family}`, { revision });
    const arnWithoutRevision = arn("ecs", call, `task-definition/${inputs.family}`);
    return {
      id: inputs.family,
      outputs: { arn: `${arnWithoutRevision}:${revision}`, arnWithoutRevision, revision, ...tagsAll(inputs, call) },
    };
  },
  key: (outputs) => outputs.arn,
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  /** A deregistered revision stays, INACTIVE: running tasks keep it, no service can return to it. */
  delete: (_id, state, call) => {
    if (!state.skipDestroy) call.store.write("task-definition-inactive", state.arn, { at: new Date().toISOString() });
  },
  survives: () => true,
};

export const service: ResourceType<EcsCall> = {
  token: "aws:ecs/service:Service",
  scope: "regional",
  inputs: tagged({
    name: ecsName,
    cluster: z.string(),
    taskDefinition: z.string(),
    desiredCount: z.number().int().min(0),
    launchType: z.literal("FARGATE"),
    platformVersion: z.string().optional(),
    deploymentMinimumHealthyPercent: z.number().int().min(0).max(100),
    deploymentMaximumPercent: z.number().int().min(100).max(200),
    deploymentCircuitBreaker: z.strictObject({ enable: z.boolean(), rollback: z.boolean() }).optional(),
    waitForSteadyState: z.boolean(),
    enableExecuteCommand: z.literal(false),
    healthCheckGracePeriodSeconds: z.number().int().min(0).optional(),
    forceNewDeployment: z.boolean().optional(),
    propagateTags: z.enum(["SERVICE", "TASK_DEFINITION"]).optional(),
    schedulingStrategy: z.literal("REPLICA"),
    triggers: z.record(z.string(), z.string()).optional(),
    networkConfiguration: z.strictObject({
      subnets: z.array(z.string()).min(1).max(16),
      securityGroups: z.array(z.string()).max(5).optional(),
      assignPublicIp: z.boolean().optional(),
    }),
    loadBalancers: z
      .array(
        z.strictObject({
          targetGroupArn: z.string(),
          containerName: z.string(),
          containerPort: z.number().int().min(0).max(65536),
        }),
      )
      .max(5)
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
    const [container] = JSON.parse(definition.inputs.containerDefinitions);
    const port = container.portMappings?.some((m: Properties) => m.containerPort === containerPort);
    if (container.name !== containerName || !port)
      throw new Error(
        `${what}: api error InvalidParameterException: The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
  }
}

export const ecs: readonly ResourceType<EcsCall>[] = [cluster, taskDefinition, service];

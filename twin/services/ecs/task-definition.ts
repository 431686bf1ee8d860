import { z } from "zod";
import { arn } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { isUnknown } from "../../pulumi/values.ts";
import { containerDefinitions } from "./definition.ts";

/**
 * Legal Fargate memory in MiB by CPU units: [least, most, step]; 256 has three sizes only. Not taken from the program's
 * own table, which it has to refuse a mistake of. Source: Amazon ECS developer guide, "Task CPU and memory"
 * (task-cpu-memory-error.html).
 */
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
    family: z.string(),
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
  check: ({ containerDefinitions: json }) => {
    if (isUnknown(json)) return [];
    try {
      const parsed = containerDefinitions.safeParse(JSON.parse(json));
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
    const containers: Properties[] = JSON.parse(inputs.containerDefinitions);
    if (containers.some(({ secrets = [] }) => secrets.length > 0) && !inputs.executionRoleArn)
      throw new Error(
        `creating ECS Task Definition (${inputs.family}): api error ClientException: When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.`,
      );
    const asked = { ...inputs, containerDefinitions: containers };
    const length = Buffer.byteLength(JSON.stringify(asked));
    if (length > mostBytes)
      throw new Error(
        `creating ECS Task Definition (${inputs.family}): api error ClientException: Actual length: '${length}'. Max allowed length is '${mostBytes}' bytes.`,
      );
    if (!legalSize(inputs.cpu, inputs.memory))
      throw new Error(
        `creating ECS Task Definition (${inputs.family}): api error ClientException: No Fargate configuration exists for given values: ${inputs.cpu} CPU, ${inputs.memory} memory.`,
      );
    // In AWS's words as pulumi/pulumi-awsx#188 and #1220 quote them.
    const large = containers.find(({ memory = 0 }) => memory > Number(inputs.memory));
    if (large)
      throw new Error(
        `creating ECS Task Definition (${inputs.family}): api error ClientException: The 'memory' setting for container '${large.name}' is greater than for the task.`,
      );
    const logs = containers.some(({ logConfiguration }) => logConfiguration);
    const images = containers.some(({ image }) => image.includes(".dkr.ecr."));
    const needs = logs ? "log driver awslogs" : images ? "ECR images" : undefined;
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

import { z } from "zod";
import type { Properties } from "../../core/store.ts";

/**
 * What the twin models of a container definition (ECS API reference, ContainerDefinition); anything else is an error by
 * name. Where containers are processes, memory, user, readonlyRootFilesystem and linuxParameters have no effect.
 * Not modelled: several ports of one container, dependencies between containers (they start in the order of the list), one
 * container's reaching another over localhost, processor of one container, that the memory of all containers together must
 * be less than the task's, secrets out of Parameter Store.
 */

const pair = z.strictObject({ name: z.string(), value: z.string() });

/** A full ARN, and after it which JSON key, label and version of the secret; all three colons or none. */
const secret = z.strictObject({
  name: z.string(),
  valueFrom: z
    .string()
    .regex(
      /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+(:[^:]*:[^:]*:[^:]*)?$/,
      "expected the ARN of a secret, perhaps with :JSON-KEY:VERSION-STAGE:VERSION-ID",
    ),
});

const healthCheck = z.strictObject({
  command: z
    .array(z.string())
    .min(2)
    .refine(([form = ""]) => ["CMD", "CMD-SHELL"].includes(form), "expected CMD or CMD-SHELL first"),
  interval: z.number().int().min(5).max(300).default(30),
  timeout: z.number().int().min(2).max(60).default(5),
  retries: z.number().int().min(1).max(10).default(3),
  startPeriod: z.number().int().min(0).max(300).default(0),
});

const containerDefinition = z
  .strictObject({
    name: z.string(),
    image: z.string(),
    entryPoint: z.array(z.string()).optional(),
    command: z.array(z.string()).optional(),
    essential: z.boolean().default(true),
    user: z.string().optional(),
    readonlyRootFilesystem: z.boolean().optional(),
    /** MiB. */
    memory: z.number().int().positive().optional(),
    /** Seconds between SIGTERM and SIGKILL. */
    stopTimeout: z.number().int().min(2).max(120).default(30),
    environment: z.array(pair).default([]),
    secrets: z.array(secret).default([]),
    portMappings: z
      .array(
        z.strictObject({
          containerPort: z.number().int(),
          hostPort: z.number().int().optional(),
          protocol: z.literal("tcp").optional(),
          name: z.string().optional(),
        }),
      )
      .max(1)
      .default([]),
    healthCheck: healthCheck.optional(),
    logConfiguration: z
      .strictObject({ logDriver: z.literal("awslogs"), options: z.record(z.string(), z.string()) })
      .optional(),
    linuxParameters: z.strictObject({ initProcessEnabled: z.boolean().optional() }).optional(),
  })
  .superRefine(({ environment, secrets }, context) => {
    const twice = secrets.find(({ name }) => environment.some((variable) => variable.name === name));
    if (twice)
      context.addIssue(
        "ClientException: The secret name must be unique and not shared with any new or existing environment variables " +
          `set on the container, such as '${twice.name}'.`,
      );
  });

export type ContainerDefinition = z.infer<typeof containerDefinition>;

/** The containers of a task; ten at the most (ECS endpoints and quotas). */
export const containerDefinitions = z
  .array(containerDefinition)
  .min(1)
  .max(10)
  .superRefine((containers, context) => {
    const ports = containers.flatMap(({ portMappings }) => portMappings.map(({ containerPort }) => containerPort));
    const name = repeated(containers.map((container) => container.name));
    const port = repeated(ports);
    if (name !== undefined) context.addIssue(`two containers have the name ${name}`);
    if (port !== undefined) context.addIssue(`two containers have the port ${port}, but one network interface`);
    if (!containers.some(({ essential }) => essential))
      context.addIssue("a task must have at least one essential container");
  });

function repeated<T>(values: readonly T[]): T | undefined {
  return values.find((value, index) => values.indexOf(value) < index);
}

/**
 * @param definition outputs of an aws.ecs.TaskDefinition
 * @throws Error that names what is not modelled; the provider side refused it by the same schema
 */
export function readContainers(definition: Properties): ContainerDefinition[] {
  return containerDefinitions.parse(JSON.parse(definition.containerDefinitions));
}

/** Where a task's container logs to; undefined where it logs nowhere. */
export function logOf({ name, logConfiguration }: ContainerDefinition, task: { id: string; region: string }) {
  if (!logConfiguration) return undefined;
  const { options } = logConfiguration;
  return {
    region: options["awslogs-region"] ?? task.region,
    group: options["awslogs-group"] ?? "",
    stream: `${options["awslogs-stream-prefix"] ?? "ecs"}/${name}/${task.id}`,
  };
}

/** The command of a health check, as it is run inside the container. */
export function healthCommand([form, ...rest]: readonly string[]): string[] {
  return form === "CMD-SHELL" ? ["/bin/sh", "-c", rest.join(" ")] : rest;
}

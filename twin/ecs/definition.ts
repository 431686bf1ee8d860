import type { Properties } from "../store.ts";

/**
 * What the twin reads of a task definition. Taken but without effect with processes as containers: cpu, memory,
 * user, readonlyRootFilesystem, linuxParameters, mountPoints, ulimits. Anything not listed here is an error by name.
 */

export interface ContainerDefinition {
  name: string;
  image: string;
  essential: boolean;
  entryPoint?: string[];
  command?: string[];
  environment: Record<string, string>;
  containerPort?: number;
  healthCheck?: { command: string[]; interval: number; timeout: number; retries: number; startPeriod: number };
  /** Seconds between SIGTERM and SIGKILL. */
  stopTimeout: number;
  logGroup?: string;
  logPrefix?: string;
  logRegion?: string;
}

const understood = new Set(
  ["name", "image", "essential", "entryPoint", "command", "environment", "portMappings", "healthCheck"].concat(
    ["stopTimeout", "logConfiguration", "cpu", "memory", "memoryReservation", "user", "readonlyRootFilesystem"],
    ["linuxParameters", "mountPoints", "ulimits", "volumesFrom", "systemControls", "versionConsistency"],
  ),
);

/** Empty ones of these are the same as none; the real provider adds them by itself. */
const emptyOnly = new Set(["volumesFrom", "systemControls"]);

/**
 * @param definition outputs of an aws.ecs.TaskDefinition
 * @throws Error that names the container and the property which is not modelled
 */
export function containerDefinitions(definition: Properties): ContainerDefinition[] {
  const list: Properties[] = JSON.parse(definition.containerDefinitions);
  if (list.length === 0) throw new Error(`Task definition ${definition.family}: containerDefinitions is empty`);
  return list.map((container) => {
    const where = `Task definition ${definition.family}, container ${container.name}`;
    for (const [property, value] of Object.entries(container)) {
      const empty = Array.isArray(value) && value.length === 0;
      if (empty || value === null) continue;
      if (!understood.has(property) || emptyOnly.has(property))
        throw new Error(`${where}: the property ${property} is not modelled`);
    }
    return containerDefinition(container, where);
  });
}

function containerDefinition(container: Properties, where: string): ContainerDefinition {
  const ports: Properties[] = container.portMappings ?? [];
  if (ports.length > 1) throw new Error(`${where}: more than one of portMappings is not modelled`);
  const log: Properties | undefined = container.logConfiguration;
  if (log && log.logDriver !== "awslogs")
    throw new Error(`${where}: logConfiguration.logDriver ${log.logDriver} is not modelled, only awslogs`);
  const check: Properties | undefined = container.healthCheck;
  const environment: { name: string; value: string }[] = container.environment ?? [];
  return {
    name: container.name,
    image: container.image,
    essential: container.essential ?? true,
    ...(container.entryPoint?.length && { entryPoint: container.entryPoint }),
    ...(container.command?.length && { command: container.command }),
    environment: Object.fromEntries(environment.map(({ name, value }) => [name, String(value)])),
    ...(ports[0] && { containerPort: ports[0].containerPort }),
    // Defaults of the ECS API Reference, HealthCheck.
    ...(check && {
      healthCheck: {
        command: healthCommand(check.command, where),
        interval: check.interval ?? 30,
        timeout: check.timeout ?? 5,
        retries: check.retries ?? 3,
        startPeriod: check.startPeriod ?? 0,
      },
    }),
    stopTimeout: container.stopTimeout ?? 30,
    logGroup: log?.options?.["awslogs-group"],
    logPrefix: log?.options?.["awslogs-stream-prefix"],
    logRegion: log?.options?.["awslogs-region"],
  };
}

function healthCommand(command: string[], where: string): string[] {
  const [form, ...rest] = command;
  if (form === "CMD-SHELL") return ["/bin/sh", "-c", rest.join(" ")];
  if (form === "CMD") return rest;
  throw new Error(`${where}: healthCheck.command must begin with CMD or CMD-SHELL, got ${form}`);
}

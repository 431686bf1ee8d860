import type { Limits } from "../../containers/runtime.ts";
import type { Properties } from "../../core/store.ts";
import type { ContainerDefinition } from "./definition.ts";

/**
 * What a container may have. Without a memory limit of its own it may take all that its task has, and of the processor all
 * in any case; that containers share the task's is not modelled
 * (AmazonECS/latest/developerguide/task_definition_parameters.html).
 * @param definition outputs of an aws.ecs.TaskDefinition
 */
export function limitsOf({ cpu, memory }: Properties, container: ContainerDefinition): Limits {
  const { user, memory: own = memory, readonlyRootFilesystem = false, linuxParameters } = container;
  return {
    ...(cpu && { cpu: Number(cpu) }),
    ...(own && { memory: Number(own) }),
    ...(user && { user }),
    readonlyRootFilesystem,
    initProcessEnabled: linuxParameters?.initProcessEnabled ?? false,
  };
}

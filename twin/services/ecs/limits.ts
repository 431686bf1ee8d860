import type { Limits } from "../../containers/runtime.ts";
import type { Properties } from "../../core/store.ts";
import type { ContainerDefinition } from "./definition.ts";

/**
 * What a container may have. Of processor and memory each may take all that its task has; that they share it is not modelled
 * (AmazonECS/latest/developerguide/task_definition_parameters.html).
 * @param definition outputs of an aws.ecs.TaskDefinition
 */
export function limitsOf({ cpu, memory }: Properties, container: ContainerDefinition): Limits {
  const { user, readonlyRootFilesystem = false, linuxParameters } = container;
  return {
    ...(cpu && { cpu: Number(cpu) }),
    ...(memory && { memory: Number(memory) }),
    ...(user && { user }),
    readonlyRootFilesystem,
    initProcessEnabled: linuxParameters?.initProcessEnabled ?? false,
  };
}

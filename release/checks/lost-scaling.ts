import { deletedBy } from "../plan/graph.ts";
import { type Check, stackCheck } from "./finding.ts";

/** No service is replaced without its scalable target: AWS deletes the scaling of a service with the service. */
export const lostScaling: Check = stackCheck("lost-scaling", (plan) => {
  const deleted = deletedBy(plan);
  const services = deleted.filter(({ type }) => type === "aws:ecs/service:Service");
  const deletedUrns = new Set(deleted.map(({ urn }) => urn));
  return plan.resources.flatMap(({ urn, type, name, inputs, outputs }) => {
    if (type !== "aws:appautoscaling/target:Target" || deletedUrns.has(urn)) return [];
    const resourceId = String(outputs.resourceId ?? inputs.resourceId);
    const service = services.find((one) => resourceId.endsWith(`/${one.outputs.name ?? one.inputs.name}`));
    if (!service) return [];
    return [
      {
        resource: name,
        message: `its service ${service.name} is replaced and this target is not: the new service would not scale`,
        fix: "take the service's name in resourceId from the service's output",
      },
    ];
  });
});

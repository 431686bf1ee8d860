import { deletedBy } from "../plan/graph.ts";
import { type Check, stackCheck } from "./finding.ts";

/** Shorter ids are words, which may stand anywhere. */
const shortest = 8;

/** Nothing that stays names an object that the update deletes: AWS keeps a route, an alarm or a rule that leads nowhere. */
export const dangling: Check = stackCheck("dangling", (plan) => {
  const gone = plan.gone.filter(({ id }) => id.length >= shortest);
  if (gone.length === 0) return [];
  const deleted = new Set(deletedBy(plan).map(({ urn }) => urn));
  const staying = plan.resources.filter(({ urn, type }) => !deleted.has(urn) && type.startsWith("aws:"));
  // The same id is another resource's too where one is a setting of the other.
  const kept = new Set(staying.map(({ id }) => id));
  const texts = staying.map((resource) => ({ resource, text: JSON.stringify(resource.inputs) }));
  return gone.flatMap(({ id, name, type }) =>
    kept.has(id)
      ? []
      : texts
          .filter(({ text }) => text.includes(JSON.stringify(id)))
          .map(({ resource }) => ({
            resource: resource.name,
            message: `names the ${type.split(":").at(-1)} ${name} (${id}), which would be deleted`,
            fix: `take it from a resource that stays, or keep ${name}`,
          })),
  );
});

import { deletedBy } from "../plan/graph.ts";
import { type Check, stackCheck } from "./finding.ts";
import { identityOf } from "./identity.ts";

/** No resource is created under a new logical name and then deleted under its old one, being one object at AWS. */
export const sameIdentity: Check = stackCheck("same-identity", (plan) => {
  const staying = new Map(plan.resources.map((resource) => [identityOf(resource), resource]));
  return deletedBy(plan).flatMap((old) => {
    const identity = identityOf(old);
    const other = staying.get(identity);
    if (identity === undefined || !other || other.urn === old.urn) return [];
    const type = old.type.split(":").at(-1);
    return [
      {
        resource: old.name,
        message: `Pulumi creates ${other.name} and then deletes ${old.name}, but both are the same AWS ${type}: it would be gone after the update`,
        fix: `keep the logical name ${old.name}, or give ${other.name} an alias`,
      },
    ];
  });
});

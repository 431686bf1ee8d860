import { type Check, stackCheck } from "./finding.ts";
import { identityOf } from "./identity.ts";

/** No two resources of a stack are one object at AWS: the second create fails, or overwrites what the first has made. */
export const duplicateIdentity: Check = stackCheck("duplicate-identity", ({ resources }) => {
  const owners = new Map<string, string>();
  return resources.flatMap((resource) => {
    const identity = identityOf(resource);
    if (identity === undefined) return [];
    const owner = owners.get(identity);
    owners.set(identity, owner ?? resource.name);
    if (owner === undefined) return [];
    const type = resource.type.split(":").at(-1);
    const message = `is the same AWS ${type} as ${owner}: the second create fails or overwrites the first`;
    return [{ resource: resource.name, message, fix: `remove one, or change what identifies it` }];
  });
});

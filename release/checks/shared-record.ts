import type { Check } from "./finding.ts";
import { identityOf } from "./identity.ts";

/** No DNS record is in two stacks: the first of them that deletes or changes it does so for both. */
export const sharedRecord: Check = {
  name: "shared-record",
  judge(planned) {
    const owners = new Map<string, { stack: string; name: string }>();
    return [...planned].flatMap(([stack, { plan }]) =>
      plan.resources.flatMap((resource) => {
        const identity = identityOf(resource);
        if (resource.type !== "aws:route53/record:Record" || identity === undefined) return [];
        const owner = owners.get(identity) ?? { stack, name: resource.name };
        owners.set(identity, owner);
        if (owner.stack === stack) return [];
        return [
          {
            check: sharedRecord.name,
            stack,
            resource: resource.name,
            message: `${owner.stack} has the same record, as ${owner.name}: a change or delete in one stack takes it from the other`,
            fix: "give each stack a domain of its own",
          },
        ];
      }),
    );
  },
};

import type { Check } from "./finding.ts";

/** The last update of each stack covered every resource: after a partial one, part of what runs is another release's. */
export const partialUpdate: Check = {
  name: "partial-update",
  judge: (planned) =>
    [...planned].flatMap(([stack, { observed }]) => {
      const partial = observed?.records.own.partial;
      if (!partial) return [];
      const message = `its last update, of release ${partial.release}, was partial: ${partial.why}`;
      return [
        { check: partialUpdate.name, stack, message, fix: "npx order-queue release, which updates every resource" },
      ];
    }),
};

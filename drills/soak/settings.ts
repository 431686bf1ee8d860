/** Settings that some stores have in a soak alone. */
import { stacks } from "../../stacks/registry.ts";
import { editStackFile } from "../project.ts";

/** Minutes for which one order may hold up its store's sequence: the fewest that there may be. */
const SEQUENCE_MINUTES = 1;
/** In the answer of the twin's ERPs to an order that they took, and in no other. */
const SUCCESS = { pattern: '"received"' };

/** Of each stack, the stores in sequence wait for an order no longer than a minute, and the first other one has a success rule. */
export function adaptStores(project: string): void {
  for (const { name } of stacks)
    editStackFile(project, name, (file) => {
      const path = ["config", "order-queue:stores"];
      const stores = file.toJS().config["order-queue:stores"] as { inSequence?: boolean }[];
      for (const [index, { inSequence }] of stores.entries())
        if (inSequence) file.setIn([...path, index, "sequenceMinutes"], SEQUENCE_MINUTES);
      const ruled = stores.findIndex(({ inSequence }) => !inSequence);
      file.setIn([...path, ruled, "erpSuccess"], file.createNode(SUCCESS));
    });
}

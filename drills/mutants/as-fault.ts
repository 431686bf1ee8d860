/** A mutant as a fault, so that the real engine, staging and a production stack judge what no check stops. Pure. */
import type { Fault, ResourceChange } from "../faults/fault.ts";
import { valuesAt } from "../faults/paths.ts";
import { type Index, stacksOf } from "./generate.ts";
import type { Graph, Node } from "./graph.ts";
import type { Mutant } from "./mutant.ts";
import type { Place } from "./twin-types.ts";

/** What AWS and automatic naming make has another name in a deployed stack: a value with it cannot be written down. */
const made = /-[0-9a-f]{7}\b|arn:aws:|\b\d{12}\b/;

/** Undefined where the form of faults cannot say it: a duplicate, another provider, a reference to what AWS names. */
export function asFault(
  { id, category, key, scope, path, operator, change }: Mutant,
  index: Index,
  graphs: ReadonlyMap<string, Graph>,
  places: ReadonlyMap<string, Place>,
): Fault | undefined {
  const resources: ResourceChange[] = [];
  for (const stack of stacksOf(scope))
    for (const node of index.get(key)?.get(stack) ?? []) {
      const after = change(node, graphs.get(stack) ?? [], places.get(stack) as Place);
      if (!after) continue;
      const how = path === "resource" ? ofResource(operator) : (ofOption(path, after) ?? ofValue(path, after));
      if (!how) return undefined;
      const name = `^${node.name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
      resources.push({ type: node.type, name, stacks: [stack], ...how });
    }
  return resources.length === 0 ? undefined : { id, category, title: `${key} ${path}: ${operator}`, resources };
}

type How = Omit<ResourceChange, "type" | "name" | "stacks">;

function ofResource(operator: string): How | undefined {
  if (operator === "drop") return { drop: true };
  if (operator === "rename") return { rename: "$&-renamed" };
  if (operator === "give it to the stack") return { options: { parent: { type: "pulumi:pulumi:Stack" } } };
  return undefined;
}

function ofOption(path: string, [after]: readonly Node[]): How | undefined {
  if (!after || !path.startsWith("option ")) return undefined;
  const { ignoreChanges, deleteBeforeReplace, retainOnDelete } = after.options;
  const options: Record<string, How["options"]> = {
    "option protect": { protect: after.protect },
    "option deleteBeforeReplace": { deleteBeforeReplace },
    "option retainOnDelete": { retainOnDelete },
    "option ignoreChanges": { ignoreChanges },
    "option dependsOn": { dependsOn: [] },
  };
  return options[path] && { options: options[path] };
}

function ofValue(path: string, [after]: readonly Node[]): How | undefined {
  if (!after || path.startsWith("option ")) return undefined;
  const [value] = valuesAt(after.inputs, path).values;
  if (value === undefined) return { remove: [path] };
  return made.test(JSON.stringify(value)) ? undefined : { set: { [path]: value } };
}

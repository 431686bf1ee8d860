/**
 * Operation parity: what production would create, replace or delete, staging has done to the same logical resource. Pure.
 *
 * A store comes and goes by a stack's settings, whole: what is created or deleted with it is no operation of a
 * transition. What happens to a part of a store is compared by the store's kind.
 */
import type { OperationEntry } from "../../stacks/parity-contract.ts";
import { storeFinder } from "./comparable-graph.ts";
import { matchesResource } from "./glob.ts";
import type { Plan } from "./graph.ts";
import { namesOf, normalise } from "./normalised-names.ts";

const kinds = new Set<string | undefined>(["create", "replace", "delete"]);

/**
 * What an update does, as `replace aws:sqs/queue:Queue {stack}-orders`, sorted; names of the stack and the store are left
 * open.
 */
export function operationsOf({ resources, gone, steps }: Plan): string[] {
  const all = [...resources, ...gone];
  const names = namesOf(all);
  const byUrn = new Map(all.map((resource) => [resource.urn, resource]));
  const opOf = new Map(steps.map(({ urn, op }) => [urn, op]));
  const storeOf = storeFinder(all);
  const operations = steps.flatMap(({ op, urn, type, name }) => {
    const resource = byUrn.get(urn);
    if (!kinds.has(op) || !resource || type.startsWith("pulumi:")) return [];
    const store = storeOf(resource);
    if (store && kinds.has(opOf.get(store.urn))) return [];
    const of = store ? ` of a store (${store.inputs.kind})` : "";
    return [`${op} ${type} ${normalise(name, names, store?.inputs)}${of}`];
  });
  return [...new Set(operations)].sort();
}

/**
 * Operations that staging has not done and that the contract does not let pass.
 *
 * @param done what staging did on the way to the same release
 */
export function unrehearsed(
  planned: readonly string[],
  done: readonly string[],
  contract: readonly OperationEntry[],
): string[] {
  const known = new Set(done);
  return planned.filter((operation) => {
    const [op, type, name] = operation.split(" ") as [string, string, string];
    return !known.has(operation) && !contract.some((e) => e.op === op && matchesResource(e.resource, { type, name }));
  });
}

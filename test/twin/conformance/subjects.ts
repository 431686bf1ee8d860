import { alter } from "../../../drills/faults/paths.ts";
import type { Node } from "../../../drills/mutants/graph.ts";
import { valueEdits } from "../../../drills/mutants/operators.ts";
import type { Properties } from "../../../twin/core/store.ts";
import { storeOf } from "../../unit/infra/mocks.ts";
import { args, region } from "../../unit/infra/test-region.ts";

/** One resource, and changes of its inputs. */
export interface Subject {
  type: string;
  name: string;
  inputs: Properties;
  mutants: { title: string; inputs: Properties }[];
}

const account = "123456789012";

/**
 * What a region with a store of each class registers with the providers.
 * @param most changed values of each resource, spread evenly over all that there are; JSON with a space and an unknown property
 *   come beside them
 */
export async function subjects(most: number): Promise<Subject[]> {
  const own = storeOf("bluegum", "bluegum.example", { kind: "own", hostname: "shop.bluegum.example" });
  const stores = [storeOf("acme", args.domain, { aliases: ["www.au.orderhub.example"] }), own];
  const registered = await region({ stores: [...stores, { ...own, name: "new", kind: "pending" }] });
  return registered
    .filter(({ type }) => /^(aws|docker|tls):/.test(type))
    .map(({ type, name, inputs: given }) => {
      const inputs = withArns(given);
      return { type, name, inputs, mutants: mutantsOf(type, name, inputs, most) };
    });
}

/** The mocks' ARNs have a type and a name alone, which a provider does not take. */
function withArns(inputs: Properties): Properties {
  const text = JSON.stringify(inputs).replaceAll(/arn:([A-Z]\w*)\//g, `arn:aws:sqs:${args.region}:${account}:$1/`);
  return JSON.parse(text);
}

function mutantsOf(type: string, name: string, inputs: Properties, most: number): Subject["mutants"] {
  const node = { type, name, inputs, refers: {}, urn: name } as unknown as Node;
  const changed = valueEdits(node).flatMap(({ path, operator, edit }) => {
    const altered = alter(inputs, path, (before) => (before === undefined ? undefined : edit(before, node, [])));
    if (altered.hits === 0 || JSON.stringify(altered.value) === JSON.stringify(inputs)) return [];
    return [{ title: `${path}: ${operator}`, inputs: altered.value as Properties }];
  });
  const spaced = Object.entries(inputs).flatMap(([property, value]) =>
    typeof value === "string" && /^[{[]/.test(value)
      ? [{ title: `${property}: the same JSON with spaces`, inputs: { ...inputs, [property]: `${value} ` } }]
      : [],
  );
  return [...sample(changed, most), ...spaced, { title: "nonsense: added", inputs: { ...inputs, nonsense: "text" } }];
}

function sample<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, index) => all[Math.floor(((index + 1) * all.length) / most) - 1] as T);
}

/** Changes of a resource as a whole, and of its options. */
import type { Node, Options } from "./graph.ts";
import type { Edit } from "./mutant.ts";
import { checkedOf, outputsOf, type Place, typeOf } from "./twin-types.ts";

/** Every option that can be set, removed or flipped, and what can happen to the resource itself. */
export function optionEdits(node: Node): Edit[] {
  const option = (
    name: keyof Options,
    operator: string,
    next: (now: Options) => Partial<Options> | undefined,
  ): Edit => ({
    ...{ category: "option", path: `option ${name}`, operator },
    change: (one) => {
      const changed = next(one.options);
      return changed && [{ ...one, options: { ...one.options, ...changed } }];
    },
  });
  const edits: Edit[] = [
    {
      ...whole("flip"),
      path: "option protect",
      category: "option",
      change: (one) => [{ ...one, protect: !one.protect }],
    },
    option("deleteBeforeReplace", "flip", ({ deleteBeforeReplace }) => ({ deleteBeforeReplace: !deleteBeforeReplace })),
    option("retainOnDelete", "flip", ({ retainOnDelete }) => ({ retainOnDelete: !retainOnDelete })),
    ...node.options.ignoreChanges.map((property) =>
      option("ignoreChanges", `remove ${property}`, ({ ignoreChanges }) =>
        ignoreChanges.includes(property)
          ? { ignoreChanges: ignoreChanges.filter((one) => one !== property) }
          : undefined,
      ),
    ),
    ...(node.options.createTimeout
      ? [option("createTimeout", "remove", () => ({ createTimeout: "", updateTimeout: "" }))]
      : []),
    ...(node.options.provider ? [option("provider", "remove", () => ({ provider: "" }))] : []),
  ];
  if (node.dependsOn.length > 0)
    edits.push({
      ...whole("remove"),
      path: "option dependsOn",
      category: "option",
      change: (one) => [{ ...one, dependsOn: [] }],
    });
  if (!typeOf(node.type)) return edits;
  return [
    ...edits,
    { ...whole("drop"), change: () => [] },
    { ...whole("duplicate"), change: (one, _graph, place) => [one, called(`${one.name}-2`, one, place)] },
    { ...whole("rename"), change: (one, _graph, place) => [called(`${one.name}-renamed`, one, place)] },
    {
      ...whole("give it to the stack"),
      change: (one, graph) => {
        const parent = graph.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? "";
        return one.parent === parent ? undefined : [{ ...one, parent, urn: urnOf(one, { type: one.type }) }];
      },
    },
  ];
}

const whole = (operator: string): Omit<Edit, "change"> => ({ category: "resource", path: "resource", operator });

/** The same under another logical name, with a name and an identity of its own. */
function called(name: string, node: Node, place: Place): Node {
  const { __defaults: chosen = [], ...all } = node.inputs;
  const written = Object.fromEntries(
    Object.entries(all).filter(([property]) => !(chosen as string[]).includes(property)),
  );
  const { inputs } = checkedOf({ type: node.type, name, inputs: written }, place);
  const next = { ...node, name, inputs, urn: urnOf(node, { name }) };
  return { ...next, ...outputsOf(next, place) };
}

/** The URN with another type path or name. */
function urnOf({ urn }: Node, { type, name }: { type?: string; name?: string }): string {
  const [stack, project, path, own] = urn.split("::");
  return [stack, project, type ?? path, name ?? own].join("::");
}

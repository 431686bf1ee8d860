/**
 * What can be changed in a resource: its values one at a time, also inside JSON text, its options, and the resource as a
 * whole. Pure: an operator makes an edit, generate.ts chooses where, judge.ts applies it.
 */
import { isPlainName, json } from "../../release/plan/normalised-names.ts";
import type { Bound } from "../../twin/services/bounds/bound.ts";
import { rows } from "../../twin/services/bounds/bounded.ts";
import type { Node } from "./graph.ts";
import type { Category } from "./mutant.ts";
import { namesOf } from "./references.ts";

/** One change of one value. */
export interface ValueEdit {
  category: Category;
  /** As `half`, `remove`, `= "x"`; with the path it names the change. */
  operator: string;
  /** In the form of drills/faults/paths.ts. */
  path: string;
  /** The new value for the one that is there; undefined removes it. The node and its stack are those it is applied to. */
  edit(before: unknown, node: Node, graph: readonly Node[]): unknown;
}

/** Every edit of every value of a resource. */
export function valueEdits(node: Node): ValueEdit[] {
  const { __defaults: chosen = [], ...inputs } = node.inputs;
  return Object.entries(inputs).flatMap(([property, value]) =>
    // What the provider chooses is no line of the program.
    (chosen as string[]).includes(property) ? [] : editsOf(node, value, keyStep(property), property, false),
  );
}

function editsOf(node: Node, value: unknown, path: string, bound: string, inJson: boolean): ValueEdit[] {
  const make = (category: Category, operator: string, edit: ValueEdit["edit"]): ValueEdit => ({
    category: inJson ? "json" : category,
    ...{ operator, path, edit },
  });
  const to = (after: unknown): ValueEdit => make("value", `= ${JSON.stringify(after)}`, () => after);
  const remove = make("remove", "remove", () => undefined);
  if (value === null || value === undefined) return [];
  if (typeof value === "boolean") return [remove, make("value", "flip", (now) => !now)];
  if (typeof value === "number") return [remove, ...numberEdits(boundOf(node.type, bound), make)];
  if (Array.isArray(value)) {
    const named = value.map((item) => itemStep(value, item));
    return [
      ...(path.endsWith("]") ? [] : [remove]),
      make("list", "empty", () => []),
      ...(value.length > 1 ? [make("list", "reverse", (now) => (now as unknown[]).toReversed())] : []),
      make("list", "repeat the last item", (now) => [...(now as unknown[]), (now as unknown[]).at(-1)]),
      ...value.flatMap((item, index) => [
        ...(typeof item === "object" ? [itemRemoval(make, `${path}[${named[index]}]`)] : []),
        ...editsOf(node, item, `${path}[${named[index]}]`, `${bound}[]`, inJson),
      ]),
    ];
  }
  if (typeof value === "object")
    return [
      ...(path.endsWith("]") ? [] : [remove]),
      ...Object.entries(value).flatMap(([key, inner]) =>
        editsOf(
          node,
          inner,
          `${path}${path && !/^\w+$/.test(key) ? "" : "."}${keyStep(key)}`,
          `${bound}.${key}`,
          inJson,
        ),
      ),
    ];
  const text = String(value);
  const inside = json(text);
  if (inside !== undefined) {
    const { type } = node;
    return [remove, ...editsInside({ ...node, type }, inside, path, bound)];
  }
  return [remove, ...textEdits(node, text, boundOf(node.type, bound), make, to)];
}

function editsInside(node: Node, inside: unknown, path: string, bound: string): ValueEdit[] {
  if (Array.isArray(inside)) return editsOf(node, inside, path, bound, true);
  return Object.entries(inside as object).flatMap(([key, inner]) => [
    ...editsOf(node, inner, `${path}${/^\w+$/.test(key) ? "." : ""}${keyStep(key)}`, `${bound}.${key}`, true),
  ]);
}

type Make = (category: Category, operator: string, edit: ValueEdit["edit"]) => ValueEdit;

function itemRemoval(make: Make, path: string): ValueEdit {
  return { ...make("list", "remove", () => undefined), path };
}

function numberEdits({ min, max }: Bound, make: Make): ValueEdit[] {
  const change = (operator: string, edit: (now: number) => number) =>
    make("value", operator, (now) => (typeof now === "number" ? edit(now) : now));
  return [
    change("half", (now) => Math.floor(now / 2)),
    change("double", (now) => now * 2),
    change("zero", () => 0),
    ...(min === undefined ? [] : [change("minimum", () => min)]),
    ...(max === undefined ? [] : [change("maximum", () => max)]),
  ];
}

function textEdits(node: Node, text: string, { enum: members }: Bound, make: Make, to: (after: unknown) => ValueEdit) {
  if (members?.includes(text)) return members.filter((one) => one !== text).map(to);
  if (/^\d+$/.test(text)) {
    const change = (operator: string, edit: (now: number) => number) =>
      make("value", operator, (now) => (/^\d+$/.test(String(now)) ? String(edit(Number(now))) : now));
    return [change("half", (now) => Math.floor(now / 2)), change("double", (now) => now * 2), change("zero", () => 0)];
  }
  if (text === "Allow" || text === "Deny") return [to(text === "Allow" ? "Deny" : "Allow")];
  const action = /^([a-z0-9-]+):[A-Z]\w+$/.exec(text);
  if (action) return [to(`${action[1]}:*`)];
  const swap = make("reference", "swap", (now, at, graph) => swapped(String(now), at, graph));
  const isReference = namesIn(text, node).length > 0;
  return [
    ...(isReference ? [swap] : [make("value", "= another text", (now) => `${String(now)}-x`)]),
    ...(/^(arn:|https?:)/.test(text) || isReference ? [to("*")] : []),
    to(""),
  ];
}

/** The text with the name of a resource that it refers to replaced by that of another of the same type. */
function swapped(text: string, node: Node, graph: readonly Node[]): string {
  const referred = new Set(Object.values(node.refers).flat());
  for (const one of graph) {
    if (!referred.has(one.urn)) continue;
    const found = namesOf(one).find(([, name]) => text.includes(name));
    if (!found) continue;
    const others = graph.filter(({ type, urn }) => type === one.type && urn !== one.urn);
    const other = others.find(({ urn }) => !referred.has(urn)) ?? others[0];
    const name = other && namesOf(other).find(([path]) => path === found[0])?.[1];
    if (name) return text.replaceAll(found[1], name);
  }
  return text;
}

/** Whether a text names a resource: what AWS or automatic naming made is in it. */
function namesIn(text: string, { refers }: Node): string[] {
  return Object.values(refers).flat().length > 0 ? (/[0-9a-f]{7}|:task-definition\//.exec(text) ?? []) : [];
}

function boundOf(type: string, path: string): Bound {
  const bounds = rows[type]?.bounds ?? {};
  return bounds[path] ?? bounds[path.replace(/\.[^.[\]]+$/, "{}")] ?? {};
}

function keyStep(key: string): string {
  return /^\w+$/.test(key) ? key : `["${key}"]`;
}

/** How a path names an item of a list: by its name where no other has it. */
function itemStep(list: readonly unknown[], item: unknown): string | number {
  const nameOf = (one: unknown) => {
    if (typeof one !== "object" || one === null) return undefined;
    const { name, Sid, id } = one as Record<string, unknown>;
    return name ?? Sid ?? id;
  };
  const own = nameOf(item);
  const isOnce = list.filter((one) => nameOf(one) === own).length === 1;
  return isOnce && isPlainName(own) ? String(own) : list.indexOf(item);
}

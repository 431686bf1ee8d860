/**
 * Paths into a resource's inputs: `redrivePolicy.maxReceiveCount`, `containerDefinitions[ingest].environment[STORE_ERPS].value`,
 * `ingress[0]`, `subnets[*]`, `Statement[+]`, `Condition.StringEquals["aws:SourceAccount"]`. A path continues inside text that
 * is JSON. In brackets: a place, a name (a list's item that is that text, or
 * has it as `name`, `Name`, `Sid`, `id` or `domainName`), `*` for every item, `+` for a new
 * one, or a quoted key. Pure.
 */
import { json } from "../../release/plan/normalised-names.ts";
import { isUnknown } from "../../twin/pulumi/values.ts";

/** What a change came to. */
export interface Altered {
  value: unknown;
  /** How many places were changed. */
  hits: number;
  /** A value on the way is known only in the update. */
  unknown: boolean;
}

/** A path that is not written as paths are. */
export class PathError extends Error {
  override readonly name = "PathError";
}

type Step = { key: string } | { item: string } | { every: true } | { append: true };

/** How the engine marks a secret among the values it is sent (pulumi sdk/nodejs/runtime/rpc.ts, specialSigKey). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** @throws {PathError} */
export function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  const token = /\["([^"]+)"\]|\[([^[\]"]+)\]|(?:^|(?<!^)\.)([^.[\]"]+)/y;
  while (token.lastIndex < path.length) {
    const start = token.lastIndex;
    const match = token.exec(path);
    if (!match) throw new PathError(`${path} is no path from "${path.slice(start)}" on`);
    const [, quoted, item, key] = match;
    if (quoted ?? key) steps.push({ key: (quoted ?? key) as string });
    else if (item === "*") steps.push({ every: true });
    else if (item === "+") steps.push({ append: true });
    else steps.push({ item: item as string });
  }
  if (steps.length === 0) throw new PathError("an empty path");
  return steps;
}

/** Every value at a path; none where it leads nowhere. */
export function valuesAt(root: unknown, path: string): { values: unknown[]; unknown: boolean } {
  const values: unknown[] = [];
  const { unknown } = alter(root, path, (value) => {
    if (value !== undefined) values.push(value);
    return value;
  });
  return { values, unknown };
}

/**
 * A copy with the value at each place of the path put through `change`, which returns undefined to remove it and gets
 * undefined where there is none yet. What is missing on the way is made when something is put there.
 */
export function alter(root: unknown, path: string, change: (before: unknown) => unknown): Altered {
  const state = { hits: 0, unknown: false };
  return { value: walk(root, parsePath(path), change, state), ...state };
}

type State = { hits: number; unknown: boolean };

function walk(value: unknown, steps: readonly Step[], change: (before: unknown) => unknown, state: State): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) {
    const after = change(value);
    if (after !== value) state.hits++;
    return after;
  }
  if (isUnknown(value)) {
    state.unknown = true;
    return value;
  }
  if (typeof value === "string") {
    const inside = json(value);
    if (inside === undefined) return value;
    const after = walk(inside, steps, change, state);
    return after === inside ? value : JSON.stringify(after);
  }
  if (isRecord(value) && SIGNATURE in value && "value" in value)
    return { ...value, value: walk(value.value, steps, change, state) };
  const next = (inner: unknown) => walk(inner, rest, change, state);
  return "key" in step ? inRecord(value, step.key, next) : inList(value, step, rest, next);
}

function inRecord(value: unknown, key: string, next: (inner: unknown) => unknown): unknown {
  if (value !== undefined && !isRecord(value)) return value;
  const before = value?.[key];
  const after = next(before);
  if (after === before) return value;
  const { [key]: _, ...others } = value ?? {};
  return after === undefined ? others : { ...value, [key]: after };
}

function inList(
  value: unknown,
  step: Exclude<Step, { key: string }>,
  rest: readonly Step[],
  next: (inner: unknown) => unknown,
): unknown {
  if (value !== undefined && !Array.isArray(value)) return value;
  const list: unknown[] = value ?? [];
  const added = (fresh: unknown) => {
    const after = next(fresh);
    return after === undefined || after === fresh ? value : [...list, after];
  };
  if ("append" in step) return added(undefined);
  const chosen = (item: unknown, index: number) => "every" in step || isCalled(item, index, step.item);
  if (!list.some(chosen)) {
    // Only an item that is named, and gets a value inside, can be made: a place beyond the end is a mistake.
    return "item" in step && !/^\d+$/.test(step.item) && rest.length > 0 ? added({ name: step.item }) : value;
  }
  const after = list.map((item, index) => (chosen(item, index) ? next(item) : item));
  return after.every((item, index) => item === list[index]) ? value : after.filter((item) => item !== undefined);
}

function isCalled(item: unknown, index: number, name: string): boolean {
  if (String(index) === name || item === name) return true;
  return isRecord(item) && ["name", "Name", "Sid", "id", "domainName"].some((key) => item[key] === name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Faults from a file: checked against schema.json, every problem reported at once and in the words of settings errors. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import type { Problem } from "../../stacks/settings.ts";
import type { Fault } from "./fault.ts";
import { PathError, parsePath } from "./paths.ts";
import schema from "./schema.json" with { type: "json" };

/** A corpus that cannot be used; shown without a stack trace. */
export class CorpusError extends Error {
  override readonly name = "CorpusError";
  /** Of `order-queue`: a wrong call. */
  readonly exitCode = 2;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 thing is" : `${problems.length} things are`;
    super(`${count} wrong; no fault was tried:\n${problems.map(describe).join("\n")}`);
    this.problems = problems;
  }
}

function describe({ file, path, value, expected }: Problem): string {
  return `  ${file} ${path}: expected ${expected}, got ${value === undefined ? "nothing" : JSON.stringify(value)}`;
}

const own = ["public.json", "bounds.json", "found.json", "harmless.json"].map((file) =>
  join(import.meta.dirname, file),
);

/**
 * The faults of a file, or the project's own; one alone when an id is given.
 * @throws {CorpusError}
 */
export function chooseFaults(corpus: string | undefined, only: string | undefined): Fault[] {
  const faults = (corpus === undefined ? own : [corpus]).flatMap(readFaults);
  if (only === undefined) return faults;
  const chosen = faults.filter(({ id }) => id === only);
  if (chosen.length > 0) return chosen;
  const expected = `the id of a fault: ${faults.map(({ id }) => id).join(", ")}`;
  throw new CorpusError([{ file: corpus ?? "drills/faults", path: "--only", value: only, expected }]);
}

/** @throws {CorpusError} */
export function readFaults(file: string): Fault[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CorpusError([{ file, path: "", value: (error as Error).message, expected: "a JSON file" }]);
  }
  return checkFaults(file, value);
}

/** @throws {CorpusError} */
export function checkFaults(file: string, value: unknown): Fault[] {
  const validate = new Ajv2020({
    allErrors: true,
    verbose: true,
    discriminator: true,
    formats: { regex: isExpression },
  }).compile<Fault[]>(schema);
  const problems = validate(value) ? [] : (validate.errors ?? []).flatMap((error) => problemOf(file, value, error));
  if (problems.length === 0) problems.push(...pathProblems(file, value as Fault[]), ...doubles(file, value as Fault[]));
  if (problems.length > 0) throw new CorpusError(problems);
  return value as Fault[];
}

function problemOf(file: string, root: unknown, error: ErrorObject): Problem[] {
  const path = pathOf(root, error.instancePath);
  const problem = (inner: string, value: unknown, expected: string) => [{ file, path: path + inner, value, expected }];
  const { description } = (error.parentSchema ?? {}) as { description?: string };
  switch (error.keyword) {
    case "required":
      return problem(`.${error.params.missingProperty}`, undefined, `a value: ${description ?? "it"} needs one`);
    case "additionalProperties": {
      const name: string = error.params.additionalProperty;
      const known = Object.keys((error.parentSchema as { properties: object }).properties).join(", ");
      return problem(`.${name}`, (error.data as Record<string, unknown>)[name], `no such key; there are ${known}`);
    }
    case "anyOf": {
      const keys = (error.schema as { required: string[] }[]).flatMap(({ required }) => required).join(", ");
      return problem("", error.data, `one of ${keys}`);
    }
    case "enum":
      return problem("", error.data, `one of ${error.params.allowedValues.join(", ")}`);
    case "const":
      return problem("", error.data, JSON.stringify(error.params.allowedValue));
    case "discriminator": {
      const acts = schema.$defs.act.properties.act.enum.join(", ");
      return problem(".act", (error.data as { act?: unknown }).act, `one of ${acts}`);
    }
    default:
      // ajv tells of a wrong alternative twice: by what is inside, and as such.
      return error.keyword === "oneOf" ? [] : problem("", error.data, description ?? error.message ?? "another value");
  }
}

/** `[3] (my-fault).resources[0].set`: a fault by its place and id. */
function pathOf(root: unknown, pointer: string): string {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps
    .map((step, index) => {
      if (!/^\d+$/.test(step)) return `.${step}`;
      const id = index === 0 && Array.isArray(root) ? (root[Number(step)] as { id?: unknown } | null)?.id : undefined;
      return `[${step}]${typeof id === "string" ? ` (${id})` : ""}`;
    })
    .join("");
}

function pathProblems(file: string, faults: readonly Fault[]): Problem[] {
  return faults.flatMap((fault, place) =>
    (["resources", "settings"] as const).flatMap((part) =>
      (fault[part] ?? []).flatMap((change, index) => {
        const where = "where" in change ? Object.keys(change.where ?? {}) : [];
        const swap = "swap" in change ? ((change.swap as string[][] | undefined) ?? []).flat() : [];
        const paths = [...Object.keys(change.set ?? {}), ...(change.remove ?? []), ...where, ...swap];
        return paths.filter(isNoPath).map((value) => ({
          file,
          path: `[${place}] (${fault.id}).${part}[${index}]`,
          value,
          expected: 'a path as a.b[0].c, [name], [*], [+] or ["a key"]',
        }));
      }),
    ),
  );
}

function doubles(file: string, faults: readonly Fault[]): Problem[] {
  const seen = new Set<string>();
  return faults.flatMap(({ id }, place) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ file, path: `[${place}] (${id}).id`, value: id, expected: "an id that no other fault has" }];
  });
}

function isNoPath(path: string): boolean {
  try {
    parsePath(path);
    return false;
  } catch (error) {
    if (error instanceof PathError) return true;
    throw error;
  }
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

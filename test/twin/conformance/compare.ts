/** Two providers' answers to the same questions, and where they differ. */
import type { Changed, Checked, Plugin } from "./plugin.ts";
import type { Subject } from "./subjects.ts";

export type Aspect = "failures" | "defaults" | "changes" | "replaced properties" | "deletes first" | "diff kinds";

export interface Difference {
  type: string;
  name: string;
  /** The mutant's title; empty for the inputs as they are. */
  mutant: string;
  aspect: Aspect;
  official: string;
  twin: string;
}

type Side = "official" | "twin";
type Sides<T> = Record<Side, T>;

/** Every difference, in the order of the subjects. */
export async function compare(plugins: Sides<Plugin>, subjects: readonly Subject[]): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const subject of subjects) {
    const { type, name } = subject;
    const ask = async <T>(question: (plugin: Plugin, side: Side) => Promise<T>): Promise<Sides<T>> => {
      const [official, twin] = await Promise.all([
        question(plugins.official, "official"),
        question(plugins.twin, "twin"),
      ]);
      return { official, twin };
    };
    const as = (mutant: string, aspects: [Aspect, Sides<unknown>][]) =>
      aspects
        .map(([aspect, { official, twin }]) => ({ aspect, official: textOf(official), twin: textOf(twin) }))
        .filter(({ official, twin }) => official !== twin)
        .map((one) => ({ type, name, mutant, ...one }));
    const before = await ask((plugin) => plugin.check(type, name, subject.inputs));
    found.push(...as("", checkAspects(before)));
    for (const { title, inputs } of subject.mutants) {
      const after = await ask((plugin) => plugin.check(type, name, inputs));
      found.push(...as(title, checkAspects(after)));
      if ([before, after].some(({ official, twin }) => refused(official) || refused(twin))) continue;
      const changes = await ask((plugin, side) => plugin.diff(type, name, before[side], after[side]));
      found.push(...as(title, diffAspects(changes)));
    }
  }
  return found;
}

const refused = ({ failures }: Checked): boolean => failures.length > 0;

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Where both refuse, their words may differ, and so may what they name first: a property counts only where both name one. */
function checkAspects({ official, twin }: Sides<Checked>): [Aspect, Sides<unknown>][] {
  if (refused(official) && refused(twin)) {
    const properties = { official: roots(official), twin: roots(twin) };
    const named = properties.official.length > 0 && properties.twin.length > 0;
    const common = properties.official.some((one) => properties.twin.includes(one));
    return named && !common ? [["failures", { official: reasons(official), twin: reasons(twin) }]] : [];
  }
  if (refused(official) || refused(twin)) return [["failures", { official: reasons(official), twin: reasons(twin) }]];
  const properties = [...new Set([official, twin].flatMap(({ inputs }) => Object.keys(inputs)))].sort();
  const value = ({ inputs }: Checked, property: string) => `${property} = ${normal(inputs[property])}`;
  const chosen = ({ defaults }: Checked) => `chosen: ${defaults}`;
  return [
    ...properties.map((property): [Aspect, Sides<string>] => [
      "defaults",
      { official: value(official, property), twin: value(twin, property) },
    ]),
    ["defaults", { official: chosen(official), twin: chosen(twin) }],
  ];
}

const reasons = ({ failures }: Checked): string =>
  failures.map(({ property, reason }) => (property ? `${property}: ${reason}` : reason)).join("; ") || "none";

/** The bridge names a property in its words: `Examine values at 'queue.name'` (pulumi-terraform-bridge, pkg/tfbridge). */
const roots = ({ failures }: Checked): string[] =>
  failures.flatMap(({ property, reason }) => {
    const path = property || /Examine values at '[^'.]*\.([^']+)'/.exec(reason)?.[1];
    return path ? [rootOf(path)] : [];
  });

const rootOf = (path: string): string => path.split(/[.[]/)[0] ?? path;

/** The seven digits of an automatic name are each provider's own. */
const normal = (value: unknown): string => JSON.stringify(sorted(value))?.replaceAll(/-[0-9a-f]{7}\b/g, "-*") ?? "none";

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function diffAspects({ official, twin }: Sides<Changed>): [Aspect, Sides<unknown>][] {
  const replaces = ({ replaces: paths }: Changed) => [...new Set(paths.map(rootOf))].sort();
  return [
    ["changes", { official: official.some, twin: twin.some }],
    ["replaced properties", { official: replaces(official), twin: replaces(twin) }],
    ["deletes first", { official: official.deletesFirst, twin: twin.deletesFirst }],
    ["diff kinds", { official: kindsOf(official, twin), twin: kindsOf(twin, official) }],
  ];
}

/** The twin says a kind of a whole property; where the other says one of a part, only whether it replaces is compared. */
function kindsOf({ kinds }: Changed, other: Changed): Record<string, string> {
  const whole = (path: string) => path === rootOf(path) && path in other.kinds;
  const found = Object.entries(kinds).map(([path, kind]): [string, string] => [
    rootOf(path),
    whole(path) ? kind : kind.endsWith("_REPLACE") ? "replaces" : "in place",
  ]);
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

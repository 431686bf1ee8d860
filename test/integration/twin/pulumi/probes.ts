import type { Properties } from "../../../../twin/core/store.ts";
import { DEFAULTS, UNKNOWN, valueAt } from "../../../../twin/pulumi/values.ts";
import { expand, type TypeFacts } from "./facts.ts";
import { at, given, listed, type Probe, set, unless, unmodelled } from "./probe.ts";
import type { World } from "./world.ts";

/** All that the facts of a type say, a probe each. */
export function probesOf(type: string, facts: TypeFacts): Probe[] {
  return [
    ...alwaysTrue(type),
    ...facts.required.map((property) => required(type, property)),
    ...Object.entries(facts.defaults ?? {}).map(([path, value]) => defaultValue(type, path, value)),
    ...(facts.autoname ? naming(type, facts.autoname) : []),
    order(type, facts),
    ...facts.replacedBy.map((property) => change(type, property, "replaces it")),
    ...facts.updatedInPlace.map((property) => change(type, property, "changes it in place")),
    ...(facts.changes ?? []).map((one) => changeOfValues(type, one)),
    ...Object.entries(facts.values ?? {}).flatMap(([path, values]) => valuesOf(type, path, values)),
    ...(facts.combinations ?? []).map((one) => combination(type, one)),
    ...facts.computed.map((property) => computed(type, property)),
    ...(facts.creates ?? []).map((one) => creation(type, one)),
    ...(facts.deletes ?? []).map((one) => deletion(type, one)),
    ...(facts.quota ? [quota(type, facts.quota)] : []),
  ];
}

/** What holds for every type, whatever else is known of it. */
function alwaysTrue(type: string): Probe[] {
  const regional = !/^aws:(iam|route53)\//.test(type);
  return [
    {
      name: "refuses an unknown property",
      ask: async (world) => {
        const { problems } = await world.check(type, "it", given(world, type, { nonsense: "" }));
        return unless(
          problems.some((p) => p.property === "nonsense" && unmodelled(p)),
          listed(problems),
        );
      },
    },
    {
      name: "does not judge what is not known yet",
      ask: async (world) => {
        const unknown = Object.keys(given(world, type)).map((property) => [property, UNKNOWN]);
        const { problems } = await world.check(type, "it", Object.fromEntries(unknown));
        return unless(problems.length === 0, listed(problems));
      },
    },
    {
      name: "shows its inputs in a preview",
      ask: async (world) => {
        const { [DEFAULTS]: _, ...inputs } = world.sample(type).inputs;
        const shown = await world.preview(type, inputs);
        const lost = Object.keys(inputs).filter((p) => JSON.stringify(shown[p]) !== JSON.stringify(inputs[p]));
        return unless(lost.length === 0, `${lost} are not shown`);
      },
    },
    regional
      ? {
          name: "is replaced when its region changes",
          ask: async (world) => {
            const olds = world.sample(type).inputs;
            const { replaces } = await world.diff(type, olds, { ...olds, region: "us-east-1" });
            return unless(olds.region === "eu-west-1" && replaces.includes("region"), `replaces ${replaces}`);
          },
        }
      : {
          name: "has no region",
          ask: async (world) => {
            const { problems } = await world.check(type, "it", given(world, type, { region: "eu-west-1" }));
            return unless(problems.some(at("region")), "takes one");
          },
        },
  ];
}

function required(type: string, property: string): Probe {
  return {
    name: `requires ${property}`,
    ask: async (world) => {
      const { problems } = await world.check(type, "it", given(world, type, { [property]: null }));
      return unless(problems.some(at(property)), listed(problems) || "it may be left out");
    },
  };
}

function defaultValue(type: string, path: string, value: unknown): Probe {
  return {
    name: `${path} is ${JSON.stringify(value)} by default`,
    ask: async (world) => {
      const inputs = set(given(world, type), path, undefined);
      const checked = await world.check(type, "it", inputs);
      const found = valueAt(checked.inputs, path.split("."));
      if (JSON.stringify(found) === JSON.stringify(value) && checked.problems.length === 0) return "held";
      const { problems } = await world.check(type, "it", set(inputs, path, value));
      if ([...checked.problems, ...problems].some((p) => at(path)(p) || unmodelled(p))) return "refused by name";
      return `otherwise: ${listed(checked.problems) || `it is ${JSON.stringify(found)}`}`;
    },
  };
}

function naming(type: string, { property, max, longest = max }: NonNullable<TypeFacts["autoname"]>): Probe[] {
  const named = async (world: World, logical: string) => {
    const { inputs, problems } = await world.check(type, logical, given(world, type, { [property]: null }));
    return { name: String(inputs[property]), problems };
  };
  const probes: Probe[] = [
    {
      name: `${property} is the logical name and seven hexadecimal digits by default`,
      ask: async (world) => {
        const { name } = await named(world, "orders");
        return unless(/^orders-[0-9a-f]{7}$/.test(name), `it is ${name}`);
      },
    },
    {
      name: `${property} by default has up to ${longest} characters`,
      ask: async (world) => {
        const { name, problems } = await named(world, "a".repeat(longest - 8));
        return unless(name.length === longest && problems.length === 0, listed(problems) || `it is ${name}`);
      },
    },
  ];
  if (longest < max)
    probes.push({
      name: `${property} by default is refused beyond ${longest} characters`,
      ask: async (world) => {
        const { name, problems } = await named(world, "a".repeat(longest - 7));
        return unless(problems.some(at(property)), `it is ${name}`);
      },
    });
  return [
    ...probes,
    {
      name: `a logical name too long for ${property} is refused`,
      ask: async (world) => {
        const logical = "a".repeat(max - 7);
        const refusal = await rejection(named(world, logical));
        const words = `could not make instance of '${type}': name '${logical}-' plus 7 random chars is longer than maximum length ${max}`;
        return unless(refusal === words, refusal ?? "it is taken");
      },
    },
    {
      name: `is deleted before its replacement is created when ${property} is the program's own`,
      ask: async (world) => {
        const olds = { ...world.sample(type).inputs, [property]: "mine", [DEFAULTS]: [] };
        const { deletesFirst } = await world.diff(type, olds, { ...olds, [property]: "yours" });
        return unless(deletesFirst, "the replacement is created first");
      },
    },
  ];
}

function order(type: string, { deleteBeforeReplace = false, replacedBy }: TypeFacts): Probe {
  return {
    name: deleteBeforeReplace ? "is deleted before it is replaced" : "is created before what it replaces is deleted",
    ask: async (world) => {
      const olds = world.sample(type).inputs;
      const property = replacedBy.find((p) => olds[p] !== undefined) ?? "region";
      const { deletesFirst, replaces } = await world.diff(type, olds, {
        ...olds,
        [property]: other(olds[property]),
      });
      return unless(
        replaces.length > 0 && deletesFirst === deleteBeforeReplace,
        `a change of ${property} replaces ${replaces}, deleted first: ${deletesFirst}`,
      );
    },
  };
}

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return [...value, "other"];
  if (value !== null && typeof value === "object") return { ...value, other: "other" };
  return `${value ?? ""}other`;
}

function change(type: string, property: string, does: "replaces it" | "changes it in place"): Probe {
  return {
    name: `a change of ${property} ${does}`,
    ask: async (world) => {
      const olds = world.sample(type).inputs;
      const changed = other(olds[property]);
      const { problems } = await world.check(type, "it", given(world, type, { [property]: changed }));
      if (problems.some((p) => p.property === property && unmodelled(p))) return "refused by name";
      const { changes, replaces } = await world.diff(type, olds, { ...olds, [property]: changed });
      if (!changes.includes(property)) return "otherwise: it changes nothing";
      return unless(
        replaces.includes(property) === (does === "replaces it"),
        replaces.length ? "it replaces" : "in place",
      );
    },
  };
}

function changeOfValues(type: string, fact: NonNullable<TypeFacts["changes"]>[number]): Probe {
  const what = fact.replaces ?? fact.changes ?? [];
  const verb = fact.replaces ? "replaces" : "changes";
  return {
    name: `a change (${fact.says}) ${verb} ${what.length > 0 ? what.join(", ") : "nothing"}`,
    ask: async (world) => {
      const olds = { ...world.sample(type).inputs, ...fact.from };
      const news = Object.fromEntries(Object.entries({ ...olds, ...fact.to }).filter(([, value]) => value !== null));
      for (const inputs of [olds, news]) {
        const { problems } = await world.check(type, "it", inputs);
        if (problems.some((p) => p.property in fact.to)) return "refused by name";
      }
      const answer = await world.diff(type, olds, news);
      const found = answer[verb];
      return unless([...found].sort().join() === [...what].sort().join(), `${verb} ${found.join(", ") || "nothing"}`);
    },
  };
}

function valuesOf(
  type: string,
  path: string,
  { accepts, refuses }: { accepts: unknown[]; refuses: unknown[] },
): Probe[] {
  const problemsWith = async (world: World, value: unknown) => {
    const { problems } = await world.check(type, "it", set(given(world, type), path, expand(value)));
    return problems.filter((problem) => at(path)(problem) || unmodelled(problem));
  };
  return [
    ...accepts.map(
      (value): Probe => ({
        name: `${path} may be ${shown(value)}`,
        ask: async (world) => ((await problemsWith(world, value)).length === 0 ? "held" : "refused by name"),
      }),
    ),
    ...refuses.map(
      (value): Probe => ({
        name: `${path} may not be ${shown(value)}`,
        ask: async (world) => {
          const problems = await problemsWith(world, value);
          return problems.some(unmodelled) ? "refused by name" : unless(problems.length > 0, "it is taken");
        },
      }),
    ),
  ];
}

function shown(value: unknown): string {
  const text = JSON.stringify(expand(value));
  return text.length > 60 ? `${text.slice(0, 12)}… (${text.length - 2} characters)` : text;
}

function combination(type: string, fact: NonNullable<TypeFacts["combinations"]>[number]): Probe {
  return {
    name: `refuses ${fact.says} at plan time`,
    ask: async (world) => {
      const { problems } = await world.check(type, "it", given(world, type, expand(fact.inputs) as Properties));
      const named = problems.filter((problem) => fact.property.some((property) => at(property)(problem)));
      if (named.some(unmodelled)) return "refused by name";
      return unless(named.length > 0, listed(problems) || "it is taken");
    },
  };
}

function computed(type: string, property: string): Probe {
  return {
    name: `computes ${property}, not known before`,
    ask: async (world) => {
      const { inputs, outputs } = world.sample(type);
      const shown = await world.preview(type, inputs);
      if (outputs[property] === undefined) return "otherwise: there is no such output";
      return unless(shown[property] === UNKNOWN, `the preview shows ${shown[property]}`);
    },
  };
}

function creation(type: string, { says, inputs, error }: NonNullable<TypeFacts["creates"]>[number]): Probe {
  return {
    name: error === null ? `is made with ${says}` : `is refused with ${says}: ${error}`,
    ask: async (world) => {
      const { [DEFAULTS]: _, region: __, ...like } = world.sample(type).inputs;
      const patched = { ...like, ...(world.resolve(inputs) as Properties) };
      const news = Object.fromEntries(Object.entries(patched).filter(([, value]) => value !== null));
      let id = "";
      const refusal = await rejection(
        world.create(type, "another", news).then(async (made) => {
          id = made.id;
          // What overwrites the sample is the sample from then on.
          if (id !== world.sample(type).id) await world.delete(made);
        }),
      );
      if (error === null) return unless(refusal === undefined, refusal ?? "");
      return unless(refusal?.includes(error) ?? false, refusal ?? `it is made: ${id}`);
    },
  };
}

/** How long the twin tries again at least before it says what stands against a delete, in milliseconds. */
const PATIENCE_MS = 3_000;

function deletion(type: string, fact: NonNullable<TypeFacts["deletes"]>[number]): Probe {
  const { says, error, retried = false, state = {} } = fact;
  return {
    name: `is not deleted ${says}: ${error}${retried ? ", after retries" : ""}`,
    slow: retried,
    ask: async (world) => {
      const sample = world.sample(type);
      const began = performance.now();
      let refusal: string | undefined;
      const attempt = async () => {
        refusal = await rejection(world.delete({ ...sample, outputs: { ...sample.outputs, ...state } }));
      };
      if (fact.with)
        await world.withDocument(fact.with.kind, fact.with.id, world.resolve(fact.with.body) as Properties, attempt);
      else await attempt();
      if (!refusal?.includes(error)) return `otherwise: ${refusal ?? "it is deleted"}`;
      return unless(!retried || performance.now() - began >= PATIENCE_MS, "it is refused at once");
    },
  };
}

function quota(type: string, { most, error, inputs, varies }: NonNullable<TypeFacts["quota"]>): Probe {
  return {
    name: `there are ${most} at most: ${error}`,
    ask: async (world) => {
      let refusal: string | undefined;
      await world.withCopies(type, most, varies, async () => {
        refusal = await rejection(
          world.create(type, "beyond", given(world, type, inputs)).then((made) => world.delete(made)),
        );
      });
      return unless(refusal?.includes(error) ?? false, refusal ?? "one more is made");
    },
  };
}

const rejection = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: Error) => error.message,
  );

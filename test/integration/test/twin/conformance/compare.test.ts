import { z } from "zod";
import type { ResourceType } from "../../../../../twin/pulumi/define.ts";
import { type Package, serve } from "../../../../../twin/pulumi/server.ts";
import { aws } from "../../../../../twin/services/resources.ts";
import { type Aspect, compare } from "../../../../twin/conformance/compare.ts";
import { reasonOf } from "../../../../twin/conformance/known.ts";
import { Plugin } from "../../../../twin/conformance/plugin.ts";
import { settingsOf } from "../../../../twin/conformance/settings.ts";
import { type Subject, subjects } from "../../../../twin/conformance/subjects.ts";
import { startTestCloud } from "../../../twin/cloud.ts";

type Type = ResourceType<never>;

let test: Awaited<ReturnType<typeof startTestCloud>>;
let all: Subject[];

beforeAll(async () => {
  test = await startTestCloud();
  all = await subjects(40);
});
afterAll(() => test.close());

/** The twin's provider, with the types given in place of its own. */
async function provider(types: ReadonlyMap<string, Type> = aws.types as never): Promise<Plugin> {
  const served = await serve({ ...aws, types } as unknown as Package<never>, test.cloud as never);
  const plugin = new Plugin(served.port, served.close);
  await plugin.configure(settingsOf("aws"), "aws");
  return plugin;
}

async function differences(token: string, patch: (type: Type) => Partial<Type> = () => ({})) {
  const type = aws.types.get(token) as Type | undefined;
  if (!type) throw new Error(`the twin has no ${token}`);
  const official = await provider();
  const twin = await provider(
    new Map([...(aws.types as never as Map<string, Type>), [token, { ...type, ...patch(type) }]]),
  );
  const asked = all.filter((subject) => subject.type === token).slice(0, 2);
  expect(asked).not.toEqual([]);
  const found = await compare({ official, twin }, asked);
  official.close();
  twin.close();
  return found;
}

const queue = "aws:sqs/queue:Queue";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const targetGroup = "aws:lb/targetGroup:TargetGroup";

/** Ten ways in which a twin differs from the provider: the type, what is wrong with it, and what shows it. */
const broken: [string, string, (type: Type) => Partial<Type>, Aspect][] = [
  ["has another default", queue, ({ defaults }) => ({ defaults: { ...defaults, delaySeconds: 5 } }), "defaults"],
  ["has no default", alarm, () => ({ defaults: {} }), "failures"],
  ["gives no automatic name", "aws:sns/topic:Topic", () => ({ autoname: undefined }) as never, "failures"],
  ["takes any property", "aws:ecs/taskDefinition:TaskDefinition", () => ({ inputs: z.looseObject({}) }), "failures"],
  [
    "refuses what the provider takes",
    "aws:iam/role:Role",
    () => ({ check: () => [{ property: "path", reason: "no" }] }),
    "failures",
  ],
  ["changes in place what is replaced", targetGroup, () => ({ replaces: ["name"] }), "replaced properties"],
  [
    "replaces what changes in place",
    queue,
    ({ replaces }) => ({ replaces: [...replaces, "messageRetentionSeconds"] }),
    "replaced properties",
  ],
  ["deletes before it creates", targetGroup, () => ({ deleteBeforeReplace: true }), "deletes first"],
  ["sees a change in a space of JSON", "aws:cloudwatch/eventRule:EventRule", () => ({ json: [] }), "changes"],
  ["sees a change in the order of a set", "aws:lb/loadBalancer:LoadBalancer", () => ({ sets: [] }), "changes"],
];

describe("two providers", () => {
  it("that are the same twin have no difference, mutants included", async () => {
    const [official, twin] = [await provider(), await provider()];
    const few = all.map((subject) => ({ ...subject, mutants: subject.mutants.filter((_, index) => index % 10 === 0) }));
    const types = new Set(few.map(({ type }) => type));
    expect(types.size).toBeGreaterThan(40);
    const first = [...types].flatMap(
      (type) => few.find((one) => one.type === type && one.type.startsWith("aws:")) ?? [],
    );
    expect(await compare({ official, twin }, first)).toEqual([]);
    official.close();
    twin.close();
  }, 60_000);

  it.each(broken)("of which one %s (%s) differ", async (_what, token, patch, aspect) => {
    const found = await differences(token, patch);
    expect(found.map((one) => one.aspect)).toContain(aspect);
    expect(found.filter((one) => reasonOf(one) !== undefined)).toEqual([]);
    const [first] = found;
    expect(first).toMatchObject({ type: token, official: expect.any(String), twin: expect.any(String) });
    expect(first?.official).not.toBe(first?.twin);
  });

  it("may differ where the twin refuses by name what it does not model", () => {
    const one = { type: queue, name: "orders", mutant: "", aspect: "failures" as const, official: "none" };
    expect(reasonOf({ ...one, twin: "x: the twin does not model property 'x' of aws:sqs/queue:Queue" })).toContain(
      "refuses by name",
    );
    expect(reasonOf({ ...one, twin: "x: expected a number" })).toBeUndefined();
  });
});

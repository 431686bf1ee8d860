/**
 * The facts of AWS in facts/*.json, asked of the twin over the provider protocol, a test each. What the twin does not
 * hold stands in facts/not-held.json by name; one that stands there and is held fails as well, so that it is taken out.
 */
import { aws } from "../../../../twin/services/resources.ts";
import { facts, notHeld } from "./facts.ts";
import type { Outcome, Probe } from "./probe.ts";
import { probesOf } from "./probes.ts";
import { World } from "./world.ts";

const types = Object.entries(facts).map(([type, known]) => ({ type, probes: probesOf(type, known) }));
const slow = types.flatMap(({ probes }) => probes).filter((probe) => probe.slow);
const answers = new Map<Probe, Outcome>();
let world: World;

beforeAll(async () => {
  world = await World.start();
  await Promise.all(slow.map(async (probe) => answers.set(probe, await probe.ask(world))));
});
afterAll(() => world.close());

it("has facts of every type that the twin models, and of no other", () => {
  expect(types.map(({ type }) => type).sort()).toEqual([...aws.types.keys()].sort());
});

it("lists as not held only facts that there are", () => {
  const known = types.flatMap(({ type, probes }) => probes.map(({ name }) => `${type} ${name}`));
  const listed = [notHeld.refusedByName, notHeld.otherwise]
    .flatMap((list) => Object.entries(list))
    .flatMap(([type, reasons]) => Object.keys(reasons).map((name) => `${type} ${name}`));
  expect(listed.filter((name) => !known.includes(name))).toEqual([]);
});

it("a record that changes its type gives the old one's place free and is deleted as the new one", async () => {
  const type = "aws:route53/record:Record";
  const cname = {
    zoneId: world.sample(type).inputs.zoneId,
    name: "moving",
    type: "CNAME",
    ttl: 60,
    records: ["a.example"],
  };
  const made = await world.create(type, "moving", cname);
  const address = await world.update(made, { ...cname, type: "A", records: ["192.0.2.1"] });
  const again = await world.create(type, "moving", cname);
  await expect(world.create(type, "moving", { ...cname, type: "A" })).rejects.toThrow("already exists");
  await world.delete(address);
  await world.delete(again);
  await world.delete(await world.create(type, "moving", { ...cname, type: "A" }));
});

describe.each(types)("$type", ({ type, probes }) => {
  it.each(probes)("$name", async (probe) => {
    const outcome = answers.get(probe) ?? (await probe.ask(world));
    const expected = notHeld.refusedByName[type]?.[probe.name]
      ? "refused by name"
      : notHeld.otherwise[type]?.[probe.name]
        ? expect.stringMatching(/^otherwise: /)
        : "held";
    expect(outcome).toEqual(expected);
  });
});

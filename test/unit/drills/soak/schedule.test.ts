import { Random } from "../../../../drills/soak/random.ts";
import { costly, type Fault, type Ground, kinds, placesOf, schedule, words } from "../../../../drills/soak/schedule.ts";

const ground: Ground = {
  stacks: [
    {
      name: "staging",
      stores: [
        { name: "acme", platform: true, inSequence: true },
        { name: "tulipan", platform: false, inSequence: false },
      ],
    },
    { name: "prod-eu", stores: [{ name: "lindgren", platform: true, inSequence: false }] },
  ],
};

const countOf = (faults: readonly Fault[], kind: string) => faults.filter((fault) => fault.kind === kind).length;

test("a generator's numbers are mulberry32's", () => {
  const random = new Random(1);
  const drawn = [random.next(), random.next(), random.next()].map((number) => Math.floor(number * 2 ** 32));
  expect(drawn).toEqual([2693262067, 11749833, 2265367787]);
});

test("the same seed draws the same faults, another one others", () => {
  expect(schedule(7, 300, ground)).toEqual(schedule(7, 300, ground));
  expect(schedule(7, 300, ground)).not.toEqual(schedule(8, 300, ground));
});

test("a short soak has none of what takes long, a longer one has at least one of each", () => {
  const rare = (faults: readonly Fault[]) => costly.map((kind) => countOf(faults, kind));
  for (const seed of [1, 2, 3, 4, 5]) {
    expect(rare(schedule(seed, 199, ground))).toEqual([0, 0, 0, 0, 0]);
    expect(Math.min(...rare(schedule(seed, 200, ground)))).toBeGreaterThanOrEqual(1);
    expect(schedule(seed, 200, ground)).toHaveLength(200);
  }
});

test("every kind is drawn about as often as its weight says", () => {
  const faults = schedule(1, 20_000, ground);
  expect(kinds.filter((kind) => countOf(faults, kind) === 0)).toEqual([]);
  expect(countOf(faults, "kill") / 20_000).toBeCloseTo(2_000 / 8_957, 2);
  expect(countOf(faults, "twinRestart") / 20_000).toBeCloseTo(30 / 8_957, 2);
});

test("faults are run against what there is; only a platform's name gets and loses a further one", () => {
  const faults = schedule(3, 20_000, ground);
  const replaced = faults.flatMap((fault) => (fault.kind === "replacement" ? [`${fault.stack} ${fault.store}`] : []));
  expect(new Set(replaced)).toEqual(new Set(["staging acme", "prod-eu lindgren"]));
  const renewed = faults.flatMap((fault) => (fault.kind === "renewal" ? [`${fault.stack} ${fault.store}`] : []));
  expect(new Set(renewed)).toEqual(new Set(["staging acme", "staging tulipan", "prod-eu lindgren"]));
});

describe("what two faults share", () => {
  const shared = (one: Fault, other: Fault) =>
    placesOf(one, ground).filter((place) => placesOf(other, ground).includes(place));
  const kill: Fault = { kind: "kill", stack: "staging", service: "ingest", all: true };
  const slow: Fault = { kind: "erpSlow", stack: "staging", store: "acme", milliseconds: 500, requests: 1 };
  const update: Fault = { kind: "deployment", stack: "staging" };

  test("the same service, and the same ERP", () => {
    expect(shared(kill, { ...kill, all: false })).toEqual(["staging ingest"]);
    expect(shared(slow, { kind: "erpHangs", stack: "staging", store: "acme", requests: 1 })).toEqual([
      "staging acme ERP",
    ]);
  });

  test("nothing between services, stores and stacks", () => {
    expect(shared(kill, { ...kill, service: "dispatch" })).toEqual([]);
    expect(shared(kill, { ...kill, stack: "prod-eu" })).toEqual([]);
    expect(shared(slow, { ...slow, store: "tulipan" })).toEqual([]);
  });

  test("an update has its stack's containers and certificates to itself, and the twin lives through it", () => {
    expect(shared(update, kill)).toEqual(["staging ingest"]);
    expect(shared(update, { kind: "renewal", stack: "staging", store: "tulipan" })).toEqual([
      "staging tulipan certificate",
    ]);
    expect(shared(update, { ...kill, stack: "prod-eu" })).toEqual([]);
    expect(shared(update, slow)).toEqual([]);
    expect(shared(update, { kind: "twinRestart" })).toEqual(["queue", "engine"]);
    expect(shared({ kind: "rebuild" }, { ...kill, stack: "prod-eu" })).toEqual(["prod-eu ingest"]);
  });
});

test("a fault is described in a few words", () => {
  expect(words({ kind: "kill", stack: "prod-eu", service: "canary", all: false })).toBe("kill prod-eu canary false");
});

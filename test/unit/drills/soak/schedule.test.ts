import type { Fault, Ground } from "../../../../drills/soak/fault.ts";
import { costly, kinds } from "../../../../drills/soak/kinds.ts";
import { Random } from "../../../../drills/soak/random.ts";
import { schedule } from "../../../../drills/soak/schedule.ts";

const store = { platform: true, inSequence: true, successRule: false };
const ground: Ground = {
  stacks: [
    { name: "staging", stores: [{ ...store, name: "acme" }] },
    { name: "prod-eu", stores: [{ ...store, name: "lindgren", inSequence: false, successRule: true }] },
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

test("a short soak has none of what takes long, a longer one has at least one of each kind", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const [short, long] = [schedule(seed, 199, ground), schedule(seed, 200, ground)];
    expect(costly.filter((kind) => countOf(short, kind) > 0)).toEqual([]);
    expect(kinds.filter((kind) => countOf(long, kind) === 0)).toEqual([]);
    expect(long).toHaveLength(200);
  }
});

test("every kind is drawn about as often as its weight says", () => {
  const faults = schedule(1, 20_000, ground);
  expect(countOf(faults, "kill") / 20_000).toBeCloseTo(2_000 / 10_160, 2);
  expect(countOf(faults, "wrongSignature") / 20_000).toBeCloseTo(500 / 10_160, 2);
  expect(countOf(faults, "twinRestart") / 20_000).toBeCloseTo(30 / 10_160, 2);
});

import { overlap } from "../../../../drills/soak/overlap.ts";

/** Pieces of work that end when the test ends them, and what happened in which order. */
function bench(pieces: Record<string, string[]>, shared: Record<string, string[]> = {}) {
  const story: string[] = [];
  const end = new Map<string, () => void>();
  const work = Object.entries(pieces).map(([name, places]) => ({
    places,
    shared: shared[name] ?? [],
    run: () => {
      story.push(`${name} begins`);
      return new Promise<void>((resolve) => end.set(name, resolve));
    },
  }));
  /** Everything that can happen now has happened when the event loop comes around. */
  const turn = () => new Promise(setImmediate);
  const finish = async (name: string) => {
    story.push(`${name} ends`);
    end.get(name)?.();
    await turn();
  };
  return { story, work, turn, finish };
}

test("what shares a place comes one after the other, everything else at the same time", async () => {
  const { story, work, turn, finish } = bench({ a: ["x"], b: ["y"], c: ["x", "y"], d: ["z"], e: ["y"] });
  const done = overlap(work, 10);
  await turn();
  for (const name of ["b", "a", "c", "e", "d"]) await finish(name);
  await done;
  expect(story).toEqual([
    ...["a begins", "b begins", "d begins"],
    ...["b ends", "a ends", "c begins"],
    ...["c ends", "e begins"],
    ...["e ends", "d ends"],
  ]);
});

test("those that share a place overlap, between two that have it to themselves", async () => {
  const shared = { b: ["x"], c: ["x"], e: ["x"] };
  const { story, work, turn, finish } = bench({ a: ["x"], b: [], c: ["y"], d: ["x"], e: [] }, shared);
  const done = overlap(work, 10);
  await turn();
  for (const name of ["a", "b", "c", "d", "e"]) await finish(name);
  await done;
  expect(story).toEqual([
    ...["a begins"],
    ...["a ends", "b begins", "c begins"],
    ...["b ends", "c ends", "d begins"],
    ...["d ends", "e begins", "e ends"],
  ]);
});

test("nothing begins before all that is so much earlier has ended", async () => {
  const { story, work, turn, finish } = bench({ a: ["1"], b: ["2"], c: ["3"], d: ["4"] });
  const done = overlap(work, 2);
  await turn();
  for (const name of ["b", "a", "c", "d"]) await finish(name);
  await done;
  expect(story).toEqual([
    ...["a begins", "b begins"],
    ...["b ends", "a ends", "c begins", "d begins"],
    ...["c ends", "d ends"],
  ]);
});

test("a piece that fails is not lost", async () => {
  const work = [
    { places: ["x"], run: () => Promise.reject(new Error("no")) },
    { places: ["y"], run: async () => {} },
  ];
  await expect(overlap(work, 10)).rejects.toThrow("no");
});

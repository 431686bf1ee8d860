import { ConcurrencyLimit } from "../../../service/concurrency-limit.ts";

describe("the concurrency limit of a store", () => {
  const takeAll = (limit: ConcurrencyLimit, store: string) => {
    let taken = 0;
    while (limit.acquire(store)) taken += 1;
    return taken;
  };

  test("is half of all where it is alone, and leaves places for every other", () => {
    const limit = new ConcurrencyLimit(100);
    expect(["a", "b", "c", "d"].map((store) => takeAll(limit, store))).toEqual([50, 25, 13, 6]);
    expect(limit.free).toBe(6);
  });

  test("is given back by who had it", () => {
    const limit = new ConcurrencyLimit(2);
    expect([limit.acquire("a"), limit.acquire("a"), limit.acquire("b")]).toEqual([true, false, true]);
    expect(limit.free).toBe(0);
    limit.release("a");
    expect([limit.free, limit.acquire("b"), limit.acquire("a")]).toEqual([1, false, true]);
  });
});

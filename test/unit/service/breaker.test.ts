import { Breaker } from "../../../service/breaker.ts";
import { Shares } from "../../../service/concurrency-limit.ts";
import { afterFailure, Failures, whileAway, whileBusy } from "../../../service/retry-policy.ts";

describe("a breaker", () => {
  function opened(): Breaker {
    const breaker = new Breaker();
    const opens = ["a", "b", "c", "a", "b"].map((order) => breaker.failed(order, "post", 0));
    expect(opens).toEqual([false, false, false, false, true]);
    return breaker;
  }

  test("opens after five failures in a row, and lets one order through when its time is over", () => {
    const breaker = opened();
    expect([0, 4_999].map((now) => breaker.admit(now))).toEqual(["hold", "hold"]);
    expect([5_000, 5_000].map((now) => breaker.admit(now))).toEqual(["probe", "hold"]);
  });

  test("stays open twice as long after each probe that fails, a minute at the most", () => {
    const breaker = opened();
    let now = 0;
    const waits: number[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      const since = now;
      while (breaker.admit(now) === "hold") now += 1_000;
      waits.push((now - since) / 1_000);
      expect(breaker.failed("x", "probe", now)).toBe(false);
    }
    expect(waits).toEqual([5, 10, 20, 40, 60, 60]);
  });

  test("closes with the first answer, also to an order that was under way when it opened", () => {
    const breaker = opened();
    expect(breaker.failed("late", "post", 3)).toBe(false);
    expect(breaker.admit(5_000)).toBe("probe");
    expect(breaker.answered(5_100)).toBe(true);
    expect([breaker.open, breaker.admit(5_100), breaker.answeredAt]).toEqual([false, "post", 5_100]);
    expect(breaker.answered(5_200)).toBe(false);
  });

  test("is not opened by one order that the ERP chokes on, nor by failures between answers", () => {
    const breaker = new Breaker();
    for (let n = 0; n < 50; n += 1) expect(breaker.failed(n % 2 ? "bad" : "worse", "post", n)).toBe(false);
    breaker.answered(50);
    for (const order of ["a", "b", "c", "d"]) expect(breaker.failed(order, "post", 51)).toBe(false);
    breaker.answered(52);
    expect(breaker.failed("e", "post", 53)).toBe(false);
  });
});

describe("the share of a store", () => {
  const takeAll = (shares: Shares, store: string) => {
    let taken = 0;
    while (shares.take(store)) taken += 1;
    return taken;
  };

  test("is half of all where it is alone, and leaves places for every other", () => {
    const shares = new Shares(100);
    expect(["a", "b", "c", "d"].map((store) => takeAll(shares, store))).toEqual([50, 25, 13, 6]);
    expect(shares.free).toBe(6);
  });

  test("is given back by who had it", () => {
    const shares = new Shares(2);
    expect([shares.take("a"), shares.take("a"), shares.take("b")]).toEqual([true, false, true]);
    expect(shares.free).toBe(0);
    shares.giveBack("a");
    expect([shares.free, shares.take("b"), shares.take("a")]).toEqual([1, false, true]);
  });
});

describe("an order", () => {
  const failure = { reason: "the ERP answered 500", askedMs: 0, proofs: 1, silentMs: Number.POSITIVE_INFINITY };

  test("that fails is hidden longer each time, two minutes at the most, or as long as its ERP asked", () => {
    const hides = [1, 2, 3, 6, 7, 100].map((receives) => afterFailure(receives, failure, 1_000));
    expect(hides).toEqual([2, 4, 8, 64, 120, 120].map((hide) => ({ hide })));
    expect(afterFailure(1, { ...failure, askedMs: 20_500 }, 10)).toEqual({ hide: 21 });
    expect(afterFailure(1, { ...failure, askedMs: 86_400_000 }, 10)).toEqual({ hide: 900 });
  });

  test("is given up after ten receives and three proofs of its own fault, not by its receives alone", () => {
    expect(afterFailure(10, { ...failure, proofs: 3 }, 10)).toEqual({ giveUp: failure.reason });
    expect(afterFailure(9, { ...failure, proofs: 9 }, 10)).toEqual({ hide: 120 });
    expect(afterFailure(150, { ...failure, proofs: 2 }, 10)).toEqual({ hide: 120 });
    expect(afterFailure(150, { ...failure, proofs: 0 }, 10)).toEqual({ hide: 900 });
  });

  test("whose ERP answered another one in the last two minutes waits no longer than that, with no proof either", () => {
    const first = { ...failure, proofs: 0 };
    expect(afterFailure(20, { ...first, silentMs: 119_999 }, 10)).toEqual({ hide: 120 });
    expect(afterFailure(20, { ...first, silentMs: 120_000 }, 10)).toEqual({ hide: 900 });
  });

  test("whose ERP is away for a day is not given up, though every wait be the shortest", () => {
    let [receives, seconds] = [0, 0];
    for (;;) {
      receives += 1;
      const fate = whileAway(receives, "acme", 0, 0);
      if ("giveUp" in fate) break;
      seconds += fate.hide;
    }
    expect(receives).toBe(200);
    expect(seconds / 3_600).toBeCloseTo(35.65, 1);
    expect(whileAway(50, "acme", 0, 0.999_999)).toEqual({ hide: 900 });
  });

  test("whose ERP is away is given up, with the reason, before SQS can hide no more", () => {
    expect(whileAway(1, "acme", 60_000, 0)).toEqual({ hide: 1 });
    expect(whileAway(1, "acme", 60_001, 0)).toEqual({
      giveUp: "the ERP of acme is away, and 60001 messages are in flight: no more can be hidden",
    });
    expect(whileAway(200, "acme", 0, 0)).toEqual({ giveUp: "the ERP of acme is away, and was for 200 receives" });
  });

  test("that finds its store busy is hidden a minute at the most", () => {
    expect([1, 3, 200].map((receives) => whileBusy(receives, 0))).toEqual([2, 6, 45]);
    expect(whileBusy(200, 0.999_999)).toBe(60);
  });

  test("is proved to be at fault by refusals, and by failures between which its ERP answered others", () => {
    const failures = new Failures();
    expect(failures.add("m", 10, 5)).toBe(0);
    expect(failures.add("m", 20, 5)).toBe(0);
    expect(failures.add("m", 30, 25)).toBe(1);
    expect(failures.add("m", 40, Number.POSITIVE_INFINITY)).toBe(2);
    failures.forget("m");
    expect(failures.add("m", 50, Number.POSITIVE_INFINITY)).toBe(1);
  });

  test("is remembered as one of ten thousand", () => {
    const failures = new Failures();
    for (let n = 0; n <= 10_000; n += 1) failures.add(`m-${n}`, 0, Number.POSITIVE_INFINITY);
    expect(failures.add("m-0", 1, Number.POSITIVE_INFINITY)).toBe(1);
    expect(failures.add("m-10000", 1, Number.POSITIVE_INFINITY)).toBe(2);
  });
});

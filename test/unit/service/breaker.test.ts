import { Breaker } from "../../../service/breaker.ts";
import {
  decideAfterFailure,
  decideWhileErpDown,
  Failures,
  secondsAtConcurrencyLimit,
} from "../../../service/retry-policy.ts";

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

describe("an order", () => {
  const failure = { reason: "the ERP answered 500", askedMs: 0, ownFaults: 1, erpSilentMs: Number.POSITIVE_INFINITY };

  test("that fails is invisible longer each time, two minutes at the most, or as long as its ERP asked", () => {
    const hides = [1, 2, 3, 6, 7, 100].map((receives) => decideAfterFailure(receives, failure, 1_000));
    expect(hides).toEqual([2, 4, 8, 64, 120, 120].map((invisibleSeconds) => ({ invisibleSeconds })));
    expect(decideAfterFailure(1, { ...failure, askedMs: 20_500 }, 10)).toEqual({ invisibleSeconds: 21 });
    expect(decideAfterFailure(1, { ...failure, askedMs: 86_400_000 }, 10)).toEqual({ invisibleSeconds: 900 });
  });

  test("is given up after ten receives and three failures by its own fault, not by its receives alone", () => {
    expect(decideAfterFailure(10, { ...failure, ownFaults: 3 }, 10)).toEqual({ deadLetterReason: failure.reason });
    expect(decideAfterFailure(9, { ...failure, ownFaults: 9 }, 10)).toEqual({ invisibleSeconds: 120 });
    expect(decideAfterFailure(150, { ...failure, ownFaults: 2 }, 10)).toEqual({ invisibleSeconds: 120 });
    expect(decideAfterFailure(150, { ...failure, ownFaults: 0 }, 10)).toEqual({ invisibleSeconds: 900 });
  });

  test("whose ERP answered another one in the last two minutes waits no longer than that, with no proof either", () => {
    const first = { ...failure, ownFaults: 0 };
    expect(decideAfterFailure(20, { ...first, erpSilentMs: 119_999 }, 10)).toEqual({ invisibleSeconds: 120 });
    expect(decideAfterFailure(20, { ...first, erpSilentMs: 120_000 }, 10)).toEqual({ invisibleSeconds: 900 });
  });

  test("whose ERP is down for a day is not given up, though every wait be the shortest", () => {
    let [receives, seconds] = [0, 0];
    for (;;) {
      receives += 1;
      const decision = decideWhileErpDown(receives, "acme", 0, 0);
      if ("deadLetterReason" in decision) break;
      seconds += decision.invisibleSeconds;
    }
    expect(receives).toBe(200);
    expect(seconds / 3_600).toBeCloseTo(35.65, 1);
    expect(decideWhileErpDown(50, "acme", 0, 0.999_999)).toEqual({ invisibleSeconds: 900 });
  });

  test("whose ERP is down is given up, with the reason, before SQS can make no more invisible", () => {
    expect(decideWhileErpDown(1, "acme", 60_000, 0)).toEqual({ invisibleSeconds: 1 });
    expect(decideWhileErpDown(1, "acme", 60_001, 0)).toEqual({
      deadLetterReason: "the ERP of acme is down, and 60001 messages are in flight: no more can be invisible",
    });
    expect(decideWhileErpDown(200, "acme", 0, 0)).toEqual({
      deadLetterReason: "the ERP of acme is down, and was for 200 receives",
    });
  });

  test("that finds its store busy is invisible a minute at the most", () => {
    expect([1, 3, 200].map((receives) => secondsAtConcurrencyLimit(receives, 0))).toEqual([2, 6, 45]);
    expect(secondsAtConcurrencyLimit(200, 0.999_999)).toBe(60);
  });

  test("is proved to be at fault by answers that refuse it, and by failures between which its ERP answered others", () => {
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

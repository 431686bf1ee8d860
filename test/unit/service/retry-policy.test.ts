import {
  decideAfterFailure,
  decideWhileErpDown,
  ERP_DOWN_MAX_RECEIVES,
  type FailedDelivery,
  Failures,
  MAX_IN_FLIGHT,
  secondsAtConcurrencyLimit,
} from "../../../service/retry-policy.ts";

const failed = (more: Partial<FailedDelivery> = {}): FailedDelivery => ({
  reason: "the ERP answered 500",
  askedMs: 0,
  ownFaults: 1,
  erpSilentMs: Number.POSITIVE_INFINITY,
  ...more,
});

describe("after a failure", () => {
  test.each([
    [1, 2],
    [2, 4],
    [6, 64],
    [7, 120],
    [8, 120],
  ])(
    "receive %i: the message is invisible for %i s, 120 s at most, where the ERP answers",
    (receives, invisibleSeconds) => {
      expect(decideAfterFailure(receives, failed(), 10)).toEqual({ invisibleSeconds });
      expect(decideAfterFailure(receives, failed({ ownFaults: 0, erpSilentMs: 119_999 }), 10)).toEqual({
        invisibleSeconds,
      });
    },
  );

  test.each([
    [7, 128],
    [9, 512],
    [10, 900],
    [199, 900],
  ])(
    "receive %i: the message is invisible for %i s, 900 s at most, where the ERP is down",
    (receives, invisibleSeconds) => {
      expect(decideAfterFailure(receives, failed({ ownFaults: 0, erpSilentMs: 120_000 }), 10)).toEqual({
        invisibleSeconds,
      });
    },
  );

  test.each([
    [0, 2],
    [2_000, 2],
    [2_001, 3],
    [120_001, 121],
    [900_000, 900],
    [900_001, 900],
  ])("Retry-After of %i ms: the message is invisible for %i s", (askedMs, invisibleSeconds) => {
    expect(decideAfterFailure(1, failed({ askedMs }), 10)).toEqual({ invisibleSeconds });
  });

  test("an order is given up at the last receive with three failures by its own fault, with the reason", () => {
    const givenUp = { deadLetterReason: "the ERP answered 500" };
    expect(decideAfterFailure(10, failed({ ownFaults: 3 }), 10)).toEqual(givenUp);
    expect(decideAfterFailure(11, failed({ ownFaults: 4 }), 10)).toEqual(givenUp);
    expect(decideAfterFailure(9, failed({ ownFaults: 3 }), 10)).toEqual({ invisibleSeconds: 120 });
    expect(decideAfterFailure(10, failed({ ownFaults: 2 }), 10)).toEqual({ invisibleSeconds: 120 });
  });

  test("fewer than three receives need as many failures by its own fault", () => {
    expect(decideAfterFailure(2, failed({ ownFaults: 2 }), 2)).toEqual({ deadLetterReason: "the ERP answered 500" });
    expect(decideAfterFailure(2, failed({ ownFaults: 1 }), 2)).toEqual({ invisibleSeconds: 4 });
  });

  test("an order without a proof is given up at receive 200", () => {
    expect(ERP_DOWN_MAX_RECEIVES).toBe(200);
    expect(decideAfterFailure(199, failed({ ownFaults: 0 }), 10)).toEqual({ invisibleSeconds: 900 });
    expect(decideAfterFailure(200, failed({ ownFaults: 0 }), 10)).toEqual({ deadLetterReason: "the ERP answered 500" });
    expect(decideAfterFailure(200, failed({ ownFaults: 1 }), 10)).toEqual({ invisibleSeconds: 120 });
  });
});

describe("while the ERP is down", () => {
  test.each([
    [1, 0, 1],
    [2, 0, 2],
    [5, 0, 12],
    [5, 0.5, 14],
    [10, 0.999, 512],
    [11, 0, 675],
    [199, 0.999, 900],
  ])("receive %i, random %f: the message is invisible for %i s", (receives, random, invisibleSeconds) => {
    expect(decideWhileErpDown(receives, "acme", 0, random)).toEqual({ invisibleSeconds });
  });

  test("an order is given up at receive 200, or with more than 60,000 messages in flight", () => {
    expect(MAX_IN_FLIGHT).toBe(60_000);
    expect(decideWhileErpDown(200, "acme", 0, 0)).toEqual({
      deadLetterReason: "the ERP of acme is down, and was for 200 receives",
    });
    expect(decideWhileErpDown(1, "acme", 60_000, 0)).toEqual({ invisibleSeconds: 1 });
    expect(decideWhileErpDown(1, "acme", 60_001, 0)).toEqual({
      deadLetterReason: "the ERP of acme is down, and 60001 messages are in flight: no more can be invisible",
    });
  });
});

test.each([
  [1, 0, 2],
  [3, 0, 6],
  [3, 0.5, 7],
  [5, 0.999, 32],
  [6, 0.999, 60],
  [6, 0, 45],
])("a store at its concurrency limit, receive %i, random %f: invisible for %i s", (receives, random, seconds) => {
  expect(secondsAtConcurrencyLimit(receives, random)).toBe(seconds);
});

describe("failures", () => {
  test("count as a proof when the ERP answered another order since the last one", () => {
    const failures = new Failures();
    expect(failures.add("m", 10, 9)).toBe(0);
    expect(failures.add("m", 20, 10)).toBe(0);
    expect(failures.add("m", 30, 21)).toBe(1);
    expect(failures.add("m", 40, 30)).toBe(1);
    expect(failures.add("m", 50, 41)).toBe(2);
    expect(failures.add("other", 50, 41)).toBe(0);
  });

  test("count as a proof when the ERP refused the order, also the first time", () => {
    const failures = new Failures();
    expect(failures.add("m", 10, Number.POSITIVE_INFINITY)).toBe(1);
    expect(failures.add("m", 11, Number.POSITIVE_INFINITY)).toBe(2);
  });

  test("are forgotten with the order", () => {
    const failures = new Failures();
    failures.add("m", 10, Number.POSITIVE_INFINITY);
    failures.forget("m");
    expect(failures.add("m", 11, 11)).toBe(0);
  });

  test("are remembered for 10,000 orders; the one whose last failure is longest ago is forgotten first", () => {
    const failures = new Failures();
    failures.add("first", 0, Number.POSITIVE_INFINITY);
    failures.add("second", 0, Number.POSITIVE_INFINITY);
    failures.add("first", 1, 0);
    for (let n = 0; n < 9_998; n += 1) failures.add(`m${n}`, 2, 0);
    failures.add("further", 2, 0);
    expect(failures.add("first", 3, 0)).toBe(1);
    // Remembered since 0, this would be its second proof.
    expect(failures.add("second", 3, 2)).toBe(0);
  });

  test("none of 10,000 orders is forgotten", () => {
    const failures = new Failures();
    for (let n = 0; n < 10_000; n += 1) failures.add(`m${n}`, 0, Number.POSITIVE_INFINITY);
    expect(failures.add("m0", 1, 0)).toBe(1);
  });
});

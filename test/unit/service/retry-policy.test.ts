import {
  decideAfterFailure,
  decideAtLimit,
  decideWhileErpDown,
  type FailedDelivery,
  MAX_IN_FLIGHT,
  MAX_RECEIVES,
  type Patience,
  type Times,
} from "../../../service/retry-policy.ts";

const HOUR = 3_600_000;
const PATIENCE: Patience = { ownFaultMs: 600_000, sequenceMs: undefined };

const failed = (more: Partial<FailedDelivery> = {}): FailedDelivery => ({
  ...{ reason: "the ERP answered 500", fault: "either", askedMs: 0 },
  ...{ failures: 1, ownFaults: 1, failingMs: 0 },
  ...{ receives: 1, ageMs: 0, downMs: 0, erpSilentMs: Number.POSITIVE_INFINITY },
  ...more,
});
const decideAfter = (more: Partial<FailedDelivery>, patience: Partial<Patience> = {}) =>
  decideAfterFailure(failed(more), { ...PATIENCE, ...patience });
const givenUp = { deadLetterReason: "the ERP answered 500" };

describe("an order that its ERP refuses", () => {
  test("is posted again from here after 5 s and 15 s, and then given up, however often it was received", () => {
    const refused = [1, 2, 3].map((failures) => decideAfter({ fault: "order", failures, receives: failures * 100 }));
    expect(refused).toEqual([{ tryAgainMs: 5_000 }, { tryAgainMs: 15_000 }, givenUp]);
  });
});

describe("an order that fails", () => {
  test.each([
    [1, 2],
    [2, 4],
    [6, 64],
    [7, 120],
    [8, 120],
  ])("failure %i: is invisible for %i s, 120 s at most, where the ERP answers", (failures, invisibleSeconds) => {
    expect(decideAfter({ failures })).toEqual({ invisibleSeconds });
    expect(decideAfter({ failures, ownFaults: 0, erpSilentMs: 119_999, downMs: HOUR })).toEqual({ invisibleSeconds });
  });

  test.each([
    [7, 120_000, 120],
    [8, 200_000, 200],
    [9, HOUR, 512],
    [10, HOUR, 900],
  ])("failure %i, ERP down for %i ms: is invisible for %i s, 900 s at most", (failures, downMs, invisibleSeconds) => {
    expect(decideAfter({ failures, ownFaults: 0, downMs, erpSilentMs: 120_000 })).toEqual({ invisibleSeconds });
  });

  test.each([
    [0, 2],
    [2_001, 3],
    [120_001, 121],
    [3_600_500, 900],
  ])("Retry-After of %i ms: is invisible for %i s", (askedMs, invisibleSeconds) => {
    expect(decideAfter({ askedMs })).toEqual({ invisibleSeconds });
  });

  test("is given up after three failures by its own fault and ten minutes since the first, not by its receives", () => {
    expect(decideAfter({ failures: 9, ownFaults: 3, failingMs: 600_000 })).toEqual(givenUp);
    expect(decideAfter({ failures: 9, ownFaults: 3, failingMs: 599_999, receives: 500 })).toEqual({
      invisibleSeconds: 120,
    });
    expect(decideAfter({ failures: 9, ownFaults: 2, failingMs: HOUR, receives: 500 })).toEqual({
      invisibleSeconds: 120,
    });
  });

  test("is given up after 48 hours of an ERP that is down, of which it waited as many itself", () => {
    const down = { ownFaults: 0, failures: 20 };
    const deadLetterReason = "the ERP answered 500; given up after 48 hours";
    expect(decideAfter({ ...down, ageMs: 48 * HOUR, downMs: 48 * HOUR })).toEqual({ deadLetterReason });
    expect(decideAfter({ ...down, ageMs: 47 * HOUR, downMs: 99 * HOUR })).toEqual({ invisibleSeconds: 900 });
    expect(decideAfter({ ...down, ageMs: 99 * HOUR, downMs: 47 * HOUR })).toEqual({ invisibleSeconds: 900 });
  });

  test("is given up with its reason before SQS does it without one", () => {
    expect(MAX_RECEIVES).toBe(950);
    expect(decideAfter({ receives: 949 })).toEqual({ invisibleSeconds: 2 });
    const deadLetterReason = "the ERP answered 500; given up after 950 receives";
    expect(decideAfter({ receives: 950 })).toEqual({ deadLetterReason });
  });
});

describe("an order that holds up its store's sequence", () => {
  const sequenceMs = 15 * 60_000;

  test("is given up after the minutes that are set, and posted when they end", () => {
    expect(decideAfter({ failures: 9, failingMs: sequenceMs }, { sequenceMs })).toEqual({
      deadLetterReason: "the ERP answered 500; it held up the orders behind it, in its store's sequence, for 15 min",
    });
    expect(decideAfter({ failures: 9, failingMs: sequenceMs - 30_000 }, { sequenceMs })).toEqual({
      invisibleSeconds: 30,
    });
    expect(decideAfter({ failures: 1, failingMs: 0 }, { sequenceMs })).toEqual({ invisibleSeconds: 2 });
  });

  test("waits where the fault is its ERP's", () => {
    const more = { fault: "erp", failures: 9, failingMs: sequenceMs } as const;
    expect(decideAfter(more, { sequenceMs })).toEqual({ invisibleSeconds: 120 });
  });
});

test("an order that waits for a slot is given up at receive 950 alone, with its reason", () => {
  expect(decideAtLimit(949, "acme", 7)).toEqual({ invisibleSeconds: 7 });
  const deadLetterReason = "acme was at its concurrency limit at each of 950 receives";
  expect(decideAtLimit(950, "acme", 7)).toEqual({ deadLetterReason });
});

describe("while the ERP is down", () => {
  const times = (more: Partial<Times>): Times => ({ receives: 1, ageMs: HOUR, downMs: HOUR, ...more });
  const decide = (more: Partial<Times>, random = 0.999_999, inFlight = 0) =>
    decideWhileErpDown(times(more), "acme", inFlight, random);

  test.each([
    [0, HOUR, 1],
    [20_000, HOUR, 20],
    [HOUR, 30_000, 30],
    [HOUR, HOUR, 900],
  ])("age %i ms, down for %i ms: an order is invisible for %i s, no longer than either", (ageMs, downMs, seconds) => {
    expect(decide({ ageMs, downMs })).toEqual({ invisibleSeconds: seconds });
  });

  test("the last quarter is random", () => {
    expect([decide({}, 0), decide({}, 0.5)]).toEqual([{ invisibleSeconds: 675 }, { invisibleSeconds: 788 }]);
  });

  test("an order is given up after 48 hours, after 950 receives, or with more than 60,000 messages in flight", () => {
    const away = "the ERP of acme is down";
    expect(decide({ ageMs: 48 * HOUR, downMs: 48 * HOUR })).toEqual({
      deadLetterReason: `${away}; given up after 48 hours`,
    });
    expect(decide({ receives: 950 })).toEqual({ deadLetterReason: `${away}; given up after 950 receives` });
    expect(MAX_IN_FLIGHT).toBe(60_000);
    expect(decide({}, 0, 60_000)).toEqual({ invisibleSeconds: 675 });
    expect(decide({}, 0, 60_001)).toEqual({
      deadLetterReason: `${away}, and 60001 messages are in flight: no more can be invisible`,
    });
  });

  test("an order is received fewer than 300 times in 48 hours, though every wait be the shortest", () => {
    let [receives, elapsed] = [0, 0];
    while (elapsed < 48 * HOUR) {
      receives += 1;
      const decision = decide({ receives, ageMs: elapsed, downMs: elapsed }, 0);
      if ("deadLetterReason" in decision) break;
      elapsed += decision.invisibleSeconds * 1_000;
    }
    expect(receives).toBe(268);
  });
});

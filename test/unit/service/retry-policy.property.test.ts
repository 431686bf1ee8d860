import fc from "fast-check";
import { decideAfterFailure, decideWhileErpDown, MAX_IN_FLIGHT, MAX_RECEIVES } from "../../../service/retry-policy.ts";

const hour = 3_600_000;
const milliseconds = fc.nat(60 * hour);
const times = { receives: fc.integer({ min: 1, max: 1_000 }), ageMs: milliseconds, downMs: milliseconds };
const failed = fc.record({
  ...times,
  reason: fc.constant("the ERP answered 500"),
  fault: fc.constantFrom("order" as const, "either" as const, "erp" as const),
  failures: fc.integer({ min: 1, max: 950 }),
  ownFaults: fc.nat(10),
  failingMs: milliseconds,
  askedMs: fc.nat(10 * hour),
  erpSilentMs: fc.oneof(milliseconds, fc.constant(Number.POSITIVE_INFINITY)),
});
const patience = fc.record({ ownFaultMs: fc.nat(hour), sequenceMs: fc.option(fc.nat(hour), { nil: undefined }) });

/** What SQS takes (SQS API reference, ChangeMessageVisibility). */
const longestVisibility = 43_200;

test("after any failure an order is tried again, made invisible for a time that SQS takes, or given up with a reason", () => {
  fc.assert(
    fc.property(failed, patience, (one, how) => {
      const decision = decideAfterFailure(one, how);
      if ("tryAgainMs" in decision) expect(decision.tryAgainMs).toBeGreaterThan(0);
      else if ("deadLetterReason" in decision) expect(decision.deadLetterReason).toContain(one.reason);
      else {
        expect(Number.isInteger(decision.invisibleSeconds)).toBe(true);
        expect(decision.invisibleSeconds).toBeGreaterThanOrEqual(1);
        expect(decision.invisibleSeconds).toBeLessThanOrEqual(longestVisibility);
      }
    }),
  );
});

test("no order is received so often that SQS gives it up without a reason", () => {
  fc.assert(
    fc.property(failed, patience, (one, how) => {
      const decision = decideAfterFailure({ ...one, receives: MAX_RECEIVES, fault: "erp" }, how);
      expect(decision).toHaveProperty("deadLetterReason");
    }),
  );
});

test("while an ERP is down an order waits no longer than a quarter of an hour, and is given up beyond 48 hours or half the queue", () => {
  fc.assert(
    fc.property(
      fc.record(times),
      fc.nat(2 * MAX_IN_FLIGHT),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (one, inFlight, random) => {
        const decision = decideWhileErpDown(one, "acme", inFlight, random);
        const isGivenUp =
          Math.min(one.ageMs, one.downMs) >= 48 * hour || one.receives >= MAX_RECEIVES || inFlight > MAX_IN_FLIGHT;
        if (isGivenUp) expect(decision).toHaveProperty("deadLetterReason");
        else {
          const { invisibleSeconds = 0 } = decision as { invisibleSeconds?: number };
          expect(invisibleSeconds).toBeGreaterThanOrEqual(1);
          expect(invisibleSeconds).toBeLessThanOrEqual(15 * 60);
        }
      },
    ),
  );
});

import { longestReceiveMs, retryAfterMs, waitAfterAttemptMs } from "../../../service/backoff.ts";

test("waits double, the upper half of each is random, and none is longer than 15 s", () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => waitAfterAttemptMs(attempt, 0))).toEqual([
    250, 500, 1000, 2000, 4000, 7500, 7500,
  ]);
  expect([1, 2, 6].map((attempt) => waitAfterAttemptMs(attempt, 0.999_999))).toEqual([500, 1000, 15_000]);
});

test("the longest receive by default is 70 s: three posts of 10 s, two waits of 15 s, 10 s for the queue", () => {
  expect(longestReceiveMs({ timeoutMs: 10_000, attempts: 3 })).toBe(70_000);
  expect(longestReceiveMs({ timeoutMs: 10_000, attempts: 1 })).toBe(20_000);
});

test.each([
  [undefined, 0],
  ["3", 3000],
  ["0.5", 500],
  ["3600.5", 3_600_500],
  ["1.0005", 1_001],
  ["-5", 0],
  ["1e3", 0],
  ["2026", 2_026_000],
  ["2026-07-28", 0],
  [" 0 ", 0],
  ["Sun, 06 Nov 1994 08:49:47 GMT", 10_000],
  ["Sunday, 06-Nov-94 08:49:47 GMT", 10_000],
  ["Sun, 06 Nov 1994 08:49:07 GMT", 0],
  ["Sun, 99 Nov 1994 08:49:47 GMT", 0],
  ["soon", 0],
])("Retry-After %p asks for %d ms", (header, ms) => {
  expect(retryAfterMs(header, Date.parse("1994-11-06T08:49:37Z"))).toBe(ms);
});

import { duration } from "../../../../twin/core/clock.ts";

it("prints durations as the provider does", () => {
  expect([75_000, 4_500_000, 5_000].map(duration)).toEqual(["1m15s", "1h15m0s", "5s"]);
});

import { pino } from "pino";
import { SampledLog } from "../../../service/sampled-log.ts";
import { ManualClock } from "../../manual-clock.ts";

test("of 29,400 lines in 41 s five are written, which count those between them; each store and kind has its own", () => {
  const clock = new ManualClock();
  const sampled = new SampledLog(clock);
  const lines: { store: string; orders: number; msg: string }[] = [];
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
  for (let n = 0; n < 29_400; n += 1) {
    sampled.line(log, "info", { store: "acme" }, "waits");
    clock.pass(41_000 / 29_400);
  }
  sampled.line(log, "warn", { store: "bluegum" }, "waits");
  sampled.line(log, "warn", { store: "acme" }, "fails");
  const acme = lines.filter(({ store, msg }) => store === "acme" && msg === "waits");
  expect(acme).toHaveLength(5);
  expect(acme[0]?.orders).toBe(1);
  expect(acme.reduce((sum, { orders }) => sum + orders, 0)).toBeGreaterThan(28_000);
  expect(lines.slice(-2)).toMatchObject([
    { store: "bluegum", orders: 1, level: 40 },
    { store: "acme", msg: "fails", orders: 1 },
  ]);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Figure, median } from "../../../bench/benchmark.ts";
import { table } from "../../../bench/table.ts";

const figures: Figure[] = [
  { name: "preview", unit: "s", value: 1.5, runs: [1.25, 1.5, 2], peer: { name: "cdk synth", value: 3, runs: [3] } },
  { name: "ratio", unit: "ratio", value: 0.5, runs: [0.5], goal: 0.5 },
  { name: "memory", unit: "MB", value: 301, runs: [280, 301], goal: 300 },
  { name: "taken in", unit: "orders/s", value: 799.6, runs: [799.6], goal: 800, atLeast: true },
];

test("the table shows median, spread, peer, and whether the goal is met", () => {
  expect(table(figures)).toBe(
    [
      "          median        lowest        highest       goal                    beside",
      "preview   1.50 s        1.25 s        2.00 s                                cdk synth 3.00 s",
      "ratio     0.50          0.50          0.50          ≤ 0.50          met",
      "memory    301 MB        280 MB        301 MB        ≤ 300 MB        MISSED",
      "taken in  800 orders/s  800 orders/s  800 orders/s  ≥ 800 orders/s  MISSED",
    ].join("\n"),
  );
});

test("the median of an even number of runs lies between the middle two", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
  expect(() => median([])).toThrow("The median of no values is not defined.");
});

test.each([
  [
    ["--only", "speed"],
    "--only speed: expected one of preview, regions, status, start, stores, service, dispatch, front, faults\n",
  ],
  [["--runs", "0"], "--runs 0: expected a whole number from 1 and up\n"],
])("%j is refused with exit code 1", async (args, message) => {
  const child = spawn(process.execPath, [join(__dirname, "../../../bench/main.ts"), ...args]);
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  expect(await once(child, "close")).toEqual([1, null]);
  expect(stderr).toBe(message);
});

import { costLines } from "../../../cli/costs.ts";
import type { StackPreview } from "../../../release/checks/preview.ts";

const stack: StackPreview = { create: 0, update: 0, replace: 0, delete: 0, same: 1, steps: [] };

test("the change of the monthly bill stands in a line, by stack and in total", () => {
  expect(
    costLines({
      staging: { ...stack, cost: { before: 200, after: 200 } },
      "prod-au": { ...stack, cost: { before: 250, after: 286.5 } },
      "prod-eu": { ...stack, cost: { before: 230.25, after: 230 } },
    }),
  ).toEqual([
    "",
    "**Cost a month, at rest**: +$36.25 (staging ±$0, prod-au +$36.50, prod-eu −$0.25); $716.50 in all ([prices](docs/costs.md)).",
  ]);
});

test("nothing is said where no stack could be planned", () => {
  expect(costLines({ staging: { ...stack, error: "no zone" } })).toEqual([]);
});

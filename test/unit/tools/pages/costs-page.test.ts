import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readStackFiles } from "../../../../stacks/files.ts";
import { costsPage } from "../../../../tools/pages/costs-page.ts";
import { type Run, runProgram } from "../../../../tools/pages/program.ts";
import { untraced } from "../../infra/mocks.ts";

const root = resolve(import.meta.dirname, "../../../..");
const settings = readStackFiles(root);
const runs = new Map<string, Run>();

beforeAll(async () => {
  // The program says that staging has built nothing yet: here there is no staging.
  jest.spyOn(console, "warn").mockImplementation(() => {});
  for (const stack of settings.keys()) runs.set(stack, await untraced(() => runProgram(stack)));
});

test("docs/costs.md has what the program registers today; if not: npm run docs", () => {
  expect(readFileSync(join(root, "docs", "costs.md"), "utf8")).toBe(costsPage(runs, settings));
});

test("two NAT gateways in Ireland cost 2 × 730 h × $0.048, five endpoints in two zones 10 × 730 h × $0.011", () => {
  const [, ireland = ""] = costsPage(runs, settings).split("## prod-eu (eu-west-1)");
  expect(ireland).toContain("| NAT gateways | 1460 hours | $0.048 | $70.08 |");
  expect(ireland).toContain("| Interface endpoints | 7300 hours | $0.011 | $80.30 |");
});

test("a price of another region is a lower bound", () => {
  const [, sydney = ""] = costsPage(runs, settings).split("## prod-au (ap-southeast-2)");
  expect(sydney).toContain("| Interface endpoints | 7300 hours | ≥ $0.01 | ≥ $73.00 |");
});

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

test("two NAT gateways in Ireland cost 2 × 730 h × $0.048, and no price is made up for endpoints", () => {
  const [, ireland = ""] = costsPage(runs, settings).split("## prod-eu (eu-west-1)");
  expect(ireland).toContain("| NAT gateways | 1460 hours | $0.048 | $70.08 |");
  expect(ireland).toContain("| Interface endpoints | 7300 hours | not confirmed |  |  |");
});

test("a larger service costs more", () => {
  const page = costsPage(
    runs,
    new Map([...settings].map(([stack, each]) => [stack, { ...each, dispatch: { ...each.dispatch, count: 6 } }])),
  );
  const [, ireland = ""] = page.split("## prod-eu (eu-west-1)");
  // ((2 + 6) × 0.5 + 0.25) vCPU × 730 h × $0.04048
  expect(ireland).toContain("| Fargate vCPU | 3102.5 vCPU-hours | $0.04048 | $125.59 |");
});

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { withNotModelled } from "../../../../tools/pages/not-modelled.ts";

const root = resolve(import.meta.dirname, "../../../..");
const page = readFileSync(join(root, "docs", "aws-differences.md"), "utf8");

test("docs/aws-differences.md has what the twin's files say today that they do not model; if not: npm run docs", () => {
  expect(page).toBe(withNotModelled(page, join(root, "twin", "services")));
});

test("a service is listed with what it does not model and where that was checked", () => {
  const [, secrets = ""] = page.split("### secretsmanager\n");
  expect(secrets).toMatch(/^\n- [\s\S]*rotation[\s\S]*replicas[\s\S]*Checked by:\n\n- /);
});

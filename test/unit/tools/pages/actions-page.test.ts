import { readFileSync } from "node:fs";
import { join } from "node:path";
import { actionsPage } from "../../../../tools/pages/actions-page.ts";
import { services } from "../../../../twin/services/apis.ts";

test("the page lists every action of every service of the twin; `npm run docs` writes it", () => {
  const page = readFileSync(join(__dirname, "../../../../docs/aws-actions.md"), "utf8");
  expect(page).toBe(actionsPage(services));
});

import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { adaptStores } from "../../../../drills/soak/settings.ts";
import { groundOf } from "../../../../drills/soak/shops.ts";
import { readStackFiles } from "../../../../stacks/files.ts";
import { stacks } from "../../../../stacks/registry.ts";

const root = resolve(import.meta.dirname, "../../../..");
const project = mkdtempSync(join(tmpdir(), "order-queue-soak-"));
afterAll(() => rmSync(project, { recursive: true }));

test("every stack has a store with a success rule, and no sequence is held up for longer than a minute", () => {
  for (const { name } of stacks) copyFileSync(join(root, `Pulumi.${name}.yaml`), join(project, `Pulumi.${name}.yaml`));
  adaptStores(project);
  const settings = [...readStackFiles(project).values()].flatMap(({ stores }) => stores);
  expect(
    new Set(settings.filter(({ inSequence }) => inSequence).map(({ sequenceMinutes }) => sequenceMinutes)),
  ).toEqual(new Set([1]));
  const ruled = groundOf(project).stacks.map(({ stores }) => stores.filter(({ successRule }) => successRule));
  expect(ruled.map((stores) => stores.map(({ inSequence }) => inSequence))).toEqual(stacks.map(() => [false]));
});

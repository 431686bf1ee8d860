import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readSettings } from "../../../../bench/cdk/settings.ts";
import { readStackFiles } from "../../../../stacks/files.ts";

const root = resolve(import.meta.dirname, "../../../..");
const folder = join(root, "bench", "cdk");

test.each([...readStackFiles(root)])("the CDK peer reads the settings of %s as the program does", (stack, settings) => {
  const { stores, ...peer } = readSettings(root, stack);
  const own = settings.stores.map(({ name, hostname, erp }) => expect.objectContaining({ name, hostname, erp }));
  expect(settings).toMatchObject(peer);
  expect(stores).toEqual(own);
});

test("the CDK peer is locked to the versions that it asks for", () => {
  const [asked, locked] = ["package.json", "package-lock.json"].map((file) =>
    JSON.parse(readFileSync(join(folder, file), "utf8")),
  );
  const { dependencies, devDependencies } = locked.packages[""];
  expect({ dependencies, devDependencies }).toEqual({
    dependencies: asked.dependencies,
    devDependencies: asked.devDependencies,
  });
});

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyStackFiles } from "../../../../release/workspace/location.ts";

const folder = mkdtempSync(join(tmpdir(), "order-queue-location-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a command that only reads works on copies of the stack files as they are now, beside the project's program", () => {
  const [project, copies] = [join(folder, "project"), join(folder, "state", "read-only")];
  mkdirSync(join(project, "stacks"), { recursive: true });
  writeFileSync(join(project, "stacks", "index.ts"), "export default 1;");
  for (const name of ["Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.prod-us.yaml", "package.json"])
    writeFileSync(join(project, name), name);

  expect(copyStackFiles(project, copies)).toBe(copies);
  writeFileSync(join(copies, "Pulumi.staging.yaml"), "with a salt");
  expect(readFileSync(join(project, "Pulumi.staging.yaml"), "utf8")).toBe("Pulumi.staging.yaml");

  rmSync(join(project, "Pulumi.prod-us.yaml"));
  copyStackFiles(project, copies);
  expect(readdirSync(copies).sort()).toEqual(["Pulumi.staging.yaml", "Pulumi.yaml", "stacks"]);
  expect(readFileSync(join(copies, "Pulumi.staging.yaml"), "utf8")).toBe("Pulumi.staging.yaml");
  expect(existsSync(join(copies, "stacks", "index.ts"))).toBe(true);
});

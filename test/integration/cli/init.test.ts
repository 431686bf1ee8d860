import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { copyProject } from "../../../drills/project.ts";
import { git } from "../../../drills/replay/checkout.ts";
import { run } from "../../../release/workspace/process.ts";

let folder: string;
const init = (...args: string[]) => run(process.execPath, ["cli/main.ts", "init", ...args], { cwd: folder, env: {} });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "order-queue-init-"));
  await copyProject(resolve(import.meta.dirname, "../../.."), folder, folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("init adds a region: its stack file, its line of the registry and its generated pages, and says so as JSON", async () => {
  const json = join(folder, "init.json");
  expect(await init("us-east-1", "--json", json)).toMatch(
    /^prod-us is added in us-east-1, in a wave of its own. Next:/,
  );
  expect(JSON.parse(readFileSync(json, "utf8"))).toEqual({
    entry: { name: "prod-us", role: "production", region: "us-east-1", wave: 3 },
    files: ["Pulumi.prod-us.yaml", "stacks/registry.ts"],
  });
  rmSync(json);
  const changed = (await git(folder, "status", "--porcelain")).split("\n").map((line) => line.trim().split(/ +/)[1]);
  expect(changed).toEqual(
    expect.arrayContaining([
      "Pulumi.prod-us.yaml",
      "stacks/registry.ts",
      "docs/costs.md",
      "docs/permissions/boundary.json",
    ]),
  );
  expect(readFileSync(join(folder, "docs/costs.md"), "utf8")).toContain("\n## prod-us (us-east-1)\n");
}, 120_000);

test("a second time it is refused, and nothing is written", async () => {
  await expect(init("us-east-1")).rejects.toThrow(
    "prod-us is in us-east-1 already. Fix: for a second stack there, add --stack NAME",
  );
  expect(existsSync(join(folder, "Pulumi.prod-us-east-1.yaml"))).toBe(false);
});

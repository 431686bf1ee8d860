import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { edit, makeProject, type Project } from "../project.ts";

let project: Project;

afterAll(() => project?.remove(), 600_000);

test("prod-us is one stack file and one line of the registry: it deploys, verifies itself, and goes again when asked", async () => {
  project = await makeProject((folder) => {
    const settings = readFileSync(join(folder, "Pulumi.prod-eu.yaml"), "utf8");
    const open = settings.replaceAll("eu.orderhub", "us.orderhub").replace("eu-west-1", "us-east-1");
    writeFileSync(
      join(folder, "Pulumi.prod-us.yaml"),
      open.replace("config:", 'config:\n  order-queue:deletionProtection: "false"'),
    );
    edit(
      join(folder, "stacks/registry.ts"),
      /\{ name: "prod-eu", .*\},/,
      '$&\n  { name: "prod-us", role: "production", region: "us-east-1", wave: 3 },',
    );
  });
  for (const stack of ["staging", "prod-us"]) {
    await project.pulumi("stack", "init", stack);
    await project.pulumi("up", "--yes", "--skip-preview", "--stack", stack);
  }
  const outputs = await project.outputs("prod-us");
  expect(outputs.queueUrl).toMatch(
    /^https:\/\/sqs\.us-east-1\.amazonaws\.com\/123456789012\/prod-us-orders-[0-9a-f]{7}\.fifo$/,
  );
  expect(outputs.verification.hostnames.map(({ hostname }: { hostname: string }) => hostname)).toEqual([
    "us.orderhub.example",
    "lindgren.us.orderhub.example",
    "tulipan.us.orderhub.example",
    "tulpen.us.orderhub.example",
  ]);

  await project.pulumi("destroy", "--yes", "--skip-preview", "--stack", "prod-us");
  expect(await project.resources("prod-us")).toEqual([]);
}, 600_000);

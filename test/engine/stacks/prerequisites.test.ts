import { makeProject, type Project } from "../project.ts";

let project: Project;
beforeAll(async () => {
  project = await makeProject();
}, 60_000);
afterAll(() => project.remove(), 60_000);

test("a preview of a stack without its hosted zone and a store's secret ends, and names both; the others are planned", async () => {
  project.edit("Pulumi.staging.yaml", /staging\.orderhub\.example/g, "gone.orderhub.example");
  project.edit("Pulumi.staging.yaml", "order-queue/staging/acme", "order-queue/staging/gone");
  const preview = project.orderQueue("preview");
  await expect(preview).rejects.toThrow(/exited with 1:/);
  await expect(preview).rejects.toThrow(
    [
      "staging: cannot be planned",
      "  2 settings are wrong. No resources were changed:",
      "    Pulumi.staging.yaml order-queue:domain: expected the domain of one public hosted zone (docs/aws.md; " +
        'no Route 53 Hosted Zones matched), got "gone.orderhub.example"',
      "    Pulumi.staging.yaml order-queue:stores[0].erpCredentials: expected a secret of ap-southeast-2 (docs/aws.md; " +
        'reading Secrets Manager Secret (order-queue/staging/gone): couldn\'t find resource), got "order-queue/staging/gone"',
    ].join("\n"),
  );
  await expect(preview).rejects.toThrow(/^prod-au: 1\d\d to create/m);
  await expect(preview).rejects.toThrow(/^parity: no findings\n {2}no stack was compared: staging cannot be planned$/m);
}, 600_000);

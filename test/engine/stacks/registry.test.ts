import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Browser } from "../../../drills/http.ts";
import { publishRecords } from "../../../drills/owners.ts";
import { signed } from "../../../drills/signing.ts";
import { exampleProvider } from "../../../release/workspace/location.ts";
import type { PendingStore } from "../../../stacks/domains.ts";
import { edit, makeProject, type Project } from "../project.ts";

let project: Project;

/** Each test continues from the one before, as the first day's work does. */
describe("staging and a new region, prod-us, deployed from nothing by plain pulumi", () => {
  beforeAll(async () => {
    project = await makeProject(addRegion);
    for (const stack of ["staging", "prod-us"])
      await project.pulumi("stack", "init", stack, "--secrets-provider", exampleProvider);
  }, 600_000);
  afterAll(() => project?.remove(), 600_000);

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
    await expect(preview).rejects.toThrow(
      /^parity: no findings\n {2}no stack was compared: staging cannot be planned$/m,
    );
    project.git("checkout", "--quiet", ".");
  }, 600_000);

  test("production is refused before anything is registered while staging has not verified its release", async () => {
    await expect(project.pulumi("up", "--yes", "--stack", "prod-us")).rejects.toThrow(
      /staging has not verified release [0-9a-f]{12}\. No resources were changed\. Fix: npx order-queue release/,
    );
    expect((await project.resources("prod-us")).filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
  }, 600_000);

  test("staging comes up under the policy pack and verifies itself; a store with a domain of its own waits alone", async () => {
    expect(await project.pulumi("up", "--yes", "--stack", "staging", "--policy-pack", "policy")).toMatch(
      /✅ order-queue@v/,
    );
    const { release, image, verification, stores, pending } = await project.outputs("staging");
    expect(verification).toMatchObject({ release, image, syntheticOrder: { id: expect.any(String) } });
    expect(hostnames(verification)).toEqual([
      "staging.orderhub.example",
      "acme.staging.orderhub.example",
      "bluegum.staging.orderhub.example",
    ]);
    expect(verification.stoppedContainer.message).toMatch(
      /^staging: a container of service:staging-ingest-\w+ stopped: verification-[0-9a-f-]{36}\. /,
    );
    expect(stores.map(({ name }: { name: string }) => name)).toEqual(["acme", "bluegum"]);
    expect(pending).toMatchObject([{ store: "tulipan", hostname: "shop.tulipan-test.example" }]);
    const asked = (pending as PendingStore[])[0]?.publish ?? [];
    expect(asked.map(({ name, type }) => [name.replace(/_[0-9a-f]+/, "_…"), type])).toEqual([
      ["_….shop.tulipan-test.example.", "CNAME"],
      ["shop.tulipan-test.example", "CNAME"],
    ]);
    expect(await resourcesOfTulipan()).toEqual(["Certificate"]);
  }, 600_000);

  test("the store is served by the update after its owner published the record", async () => {
    const { pending } = await project.outputs("staging");
    await publishRecords(project.control, pending);
    await project.pulumi("up", "--yes", "--skip-preview", "--stack", "staging");
    const after = await project.outputs("staging");
    expect(after.pending).toEqual([]);
    expect(after.stores.map(({ name }: { name: string }) => name)).toEqual(["acme", "bluegum", "tulipan"]);
    expect(await resourcesOfTulipan()).toEqual([
      "Certificate",
      "CertificateValidation",
      "ListenerCertificate",
      "ListenerRule",
    ]);
    const order = { store: "tulipan", orderId: "1", payload: {} };
    const request = signed({ stack: "staging", name: "tulipan" }, order);
    const answer = await new Browser(project.env).request("https://shop.tulipan-test.example/orders", request);
    expect([answer.status, answer.names]).toEqual([202, "DNS:shop.tulipan-test.example"]);
  }, 600_000);

  test("prod-us, one stack file and one line of the registry, comes up, verifies itself, and goes again when asked", async () => {
    await project.pulumi("up", "--yes", "--skip-preview", "--stack", "prod-us");
    const { release, image, verification, queueUrl } = await project.outputs("prod-us");
    expect(verification).toMatchObject({ release, image, syntheticOrder: { id: expect.any(String) } });
    expect(verification.stoppedContainer).toBeUndefined();
    expect(hostnames(verification)).toEqual([
      "us.orderhub.example",
      "lindgren.us.orderhub.example",
      "tulipan.us.orderhub.example",
      "tulpen.us.orderhub.example",
    ]);
    expect(queueUrl).toMatch(
      /^https:\/\/sqs\.us-east-1\.amazonaws\.com\/123456789012\/prod-us-orders-[0-9a-f]{7}\.fifo$/,
    );
    expect(project.changes()).toBe("");

    await project.pulumi("destroy", "--yes", "--skip-preview", "--stack", "prod-us");
    expect(await project.resources("prod-us")).toEqual([]);
  }, 600_000);
});

/** One stack file, equal to prod-eu's but for its region, its domain and its protection, and one line of the registry. */
function addRegion(folder: string): void {
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
}

const hostnames = (verification: { hostnames: { hostname: string }[] }) =>
  verification.hostnames.map(({ hostname }) => hostname);

/** Types of what staging has on AWS for its store with a domain of its own, sorted. */
async function resourcesOfTulipan(): Promise<(string | undefined)[]> {
  return (await project.resources("staging"))
    .filter(({ urn, type }) => urn.endsWith("::staging-store-tulipan") && type.startsWith("aws:"))
    .map(({ type }) => type.split(":").at(-1))
    .sort();
}

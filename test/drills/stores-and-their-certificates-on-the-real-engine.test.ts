import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { Control } from "../../drills/control.ts";
import { Browser, NoAnswer } from "../../drills/http.ts";
import { publishRecords } from "../../drills/owners.ts";
import { titleOf, unusedEntries } from "../../release/parity.ts";
import type { Preview } from "../../release/preview.ts";
import type { PendingStore } from "../../stacks/domains.ts";
import { contract } from "../../stacks/parity-contract.ts";
import { makeDeployedProject, type Project } from "./project.ts";

let project: Project;
let control: Control;

beforeAll(async () => {
  project = await makeDeployedProject();
  control = new Control(
    JSON.parse(readFileSync(join(project.folder, ".order-queue", "twin", "twin.json"), "utf8")).api,
  );
  for (const stack of ["staging", "prod-au", "prod-eu"])
    change(`Pulumi.${stack}.yaml`, "config:", 'config:\n  order-queue:verificationSeconds: "30"');
}, 600_000);
afterAll(() => project?.remove(), 180_000);

describe("a store with a domain of its own", () => {
  test("waits for its owner, and nobody waits for it", async () => {
    const { stores, pending, verification } = await outputsOf("staging");
    expect(stores.map(({ name }) => name)).toEqual(["acme", "bluegum"]);
    expect(verification.hostnames).toHaveLength(3);
    expect(pending).toMatchObject([{ store: "tulipan", hostname: "shop.tulipan-test.example" }]);
    expect(pending[0]?.publish.map(({ name, type }) => [name.replace(/_[0-9a-f]+/, "_…"), type])).toEqual([
      ["_….shop.tulipan-test.example.", "CNAME"],
      ["shop.tulipan-test.example", "CNAME"],
    ]);
  }, 300_000);

  test("is served by the update after its owner has published the record; a preview says so before", async () => {
    const { pending } = await outputsOf("staging");
    await publishRecords(control, pending);
    const preview = await previewed();
    expect(created(preview, "staging")).toEqual([
      "CertificateValidation staging-store-tulipan",
      "ListenerCertificate staging-store-tulipan",
      "ListenerRule staging-store-tulipan",
      "MetricAlarm staging-store-tulipan-certificate-days",
    ]);
    await project.pulumi("up", "--yes", "--skip-preview", "--stack", "staging");
    const after = await outputsOf("staging");
    expect(after.pending).toEqual([]);
    expect(after.stores.map(({ name }) => name)).toEqual(["acme", "bluegum", "tulipan"]);
    const answer = await new Browser(project.env).request("https://shop.tulipan-test.example/orders", {
      body: { store: "tulipan", orderId: "1", payload: {} },
    });
    expect([answer.status, answer.names]).toEqual([202, "DNS:shop.tulipan-test.example"]);
  }, 300_000);

  test("that is new in production passes preview and parity while it is pending, and delays no update", async () => {
    change(
      "Pulumi.prod-au.yaml",
      "  order-queue:ingest:",
      "    - name: late\n      hostname: shop.late.example\n      erp: https://erp.late.example/orders\n  order-queue:ingest:",
    );
    const preview = await previewed();
    expect(preview.stacks["prod-au"]?.error).toBeUndefined();
    expect(preview.policy.violations).toEqual([]);
    expect(preview.parity).toMatchObject({ equal: true, differences: [] });
    await project.pulumi("up", "--yes", "--skip-preview", "--stack", "prod-au");
    const { stores, pending } = await outputsOf("prod-au");
    expect(stores.map(({ name }) => name)).toEqual(["acme", "bluegum", "harbourside"]);
    expect(pending.map(({ store }) => store)).toEqual(["late"]);
  }, 300_000);
});

describe("a further load balancer", () => {
  test("takes the store for which the first has no room, like the first, and orders arrive by both", async () => {
    const { stores, placements } = await outputsOf("prod-eu");
    expect(placements).toMatchObject({
      loadBalancers: 2,
      places: { lindgren: { loadBalancer: 1 }, tulipan: { loadBalancer: 2 } },
    });
    const browser = new Browser(project.env);
    for (const { name, hostname, url } of stores) {
      const { status, names } = await browser.request(url, { body: { store: name, orderId: "1", payload: {} } });
      expect([status, names]).toEqual([202, expect.stringContaining(`DNS:${hostname}`)]);
    }
  }, 180_000);

  test("leaves parity equal by a contract in which no entry is idle", async () => {
    const { parity } = await previewed();
    expect(parity).toMatchObject({ equal: true, differences: [] });
    expect(unusedEntries(contract, parity.allowed).map(titleOf)).toEqual([]);
  }, 180_000);

  test("stays, with its stores where they are, when a store is added at the head of the list", async () => {
    change(
      "Pulumi.prod-eu.yaml",
      "order-queue:stores:\n",
      "order-queue:stores:\n    - name: aardvark\n      hostname: aardvark.eu.orderhub.example\n      erp: https://erp.aardvark.example/orders\n",
    );
    const preview = await previewed();
    const touched = preview.stacks["prod-eu"]?.steps.filter(
      ({ op, name }) => op !== "same" && /lindgren|tulipan/.test(name),
    );
    expect(touched).toEqual([]);
    expect(created(preview, "prod-eu")).toContain("LoadBalancer prod-eu-lb3-front");
  }, 300_000);
});

describe("a certificate", () => {
  test("is replaced by one with one more name without one failed handshake", async () => {
    change(
      "Pulumi.prod-au.yaml",
      "hostname: acme.au.orderhub.example\n",
      "hostname: acme.au.orderhub.example\n      aliases: [shop.au.orderhub.example]\n",
    );
    const preview = await previewed();
    expect(preview.parity).toMatchObject({ equal: true, differences: [] });
    expect(
      preview.stacks["prod-au"]?.steps
        .filter(({ op }) => op === "replace")
        .map(keyOf)
        .sort(),
    ).toEqual([
      "Certificate prod-au-store-acme",
      "CertificateValidation prod-au-store-acme",
      "ListenerCertificate prod-au-store-acme",
      // A preview does not know that ACM will ask for the same record again; the update finds nothing to change in it.
      "Record prod-au-store-acme-acme.au.orderhub.example-validation",
      "TaskDefinition prod-au-ingest",
    ]);
    const seen = await watch("https://acme.au.orderhub.example/version", () =>
      project.pulumi("up", "--yes", "--skip-preview", "--stack", "prod-au"),
    );
    expect(seen.failed).toEqual([]);
    expect([...seen.names]).toEqual([
      "DNS:acme.au.orderhub.example",
      "DNS:acme.au.orderhub.example, DNS:shop.au.orderhub.example",
    ]);
    const answer = await new Browser(project.env).request("https://shop.au.orderhub.example/orders", {
      body: { store: "acme", orderId: "2", payload: {} },
    });
    expect(answer.status).toBe(202);
  }, 180_000);

  test("whose validation record was deleted by hand is named by the preview, fails the update, and is mended by a refresh", async () => {
    const { validationRecords } = await outputsOf("prod-au");
    const { name = "", value } =
      validationRecords.find(({ hostname }) => hostname === "bluegum.au.orderhub.example") ?? {};
    await control.withdraw(name);
    const problem = `bluegum.au.orderhub.example: expected the DNS record ${name} CNAME ${value}, found none`;
    expect(await project.pulumi("preview", "--stack", "prod-au")).toContain(
      `${problem}. ACM cannot renew its certificate: pulumi up --refresh -s prod-au publishes it again.`,
    );
    await expect(
      project.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", "prod-au"),
    ).rejects.toThrow(problem);
    await project.pulumi("up", "--yes", "--skip-preview", "--refresh", "--stack", "prod-au");
  }, 400_000);

  test("whose validation record would change its logical name is told before anything happens, renewed or not", async () => {
    project.edit("infra/certificates.ts", /-validation`, hostname/, "-proof`, hostname");
    project.edit("Pulumi.prod-au.yaml", "aliases: [shop.au", "aliases: [buy.au");
    const { hazards, gate } = await previewed();
    project.git("checkout", "--quiet", ".");
    const told = hazards.filter(({ stack }) => stack === "prod-au").map(({ rule, resource }) => `${rule} ${resource}`);
    expect(told.sort()).toEqual([
      "lost-proof prod-au-store-acme-acme.au.orderhub.example-validation",
      "same-identity prod-au-platform-au.orderhub.example-validation",
      "same-identity prod-au-store-bluegum-bluegum.au.orderhub.example-validation",
      "same-identity prod-au-store-harbourside-harbourside.au.orderhub.example-validation",
    ]);
    expect(gate["prod-au"]?.allowed).toBe(false);
  }, 180_000);

  test("of another host name, in an update that fails half-way, is taken back with its records", async () => {
    change("Pulumi.prod-au.yaml", "hostname: bluegum.au.orderhub.example", "hostname: gum.au.orderhub.example");
    await control.refuse(["aws:ecs/service:Service"]);
    await expect(
      project.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", "prod-au"),
    ).rejects.toThrow("ServiceUnavailable");
    await control.refuse([]);
    expect(await project.orderQueue("rollback", "prod-au")).toMatch(
      /^prod-au runs commit [0-9a-f]{12} .* again, verified/m,
    );
    const { validationRecords } = await outputsOf("prod-au");
    expect(validationRecords.map(({ hostname }) => hostname)).toContain("bluegum.au.orderhub.example");
    const { status, names } = await new Browser(project.env).request("https://bluegum.au.orderhub.example/version");
    expect([status, names]).toEqual([200, "DNS:bluegum.au.orderhub.example"]);
  }, 400_000);
});

/** Production takes only what is committed. */
function change(file: string, from: string, to: string): void {
  project.edit(file, from, to);
  project.commit(`${file}: ${to.trim()}`);
}

interface Outputs {
  stores: { name: string; hostname: string; url: string }[];
  pending: PendingStore[];
  placements: unknown;
  validationRecords: { hostname: string; name: string; value: string }[];
  verification: { hostnames: unknown[] };
}

async function outputsOf(stack: string): Promise<Outputs> {
  return JSON.parse(await project.pulumi("stack", "output", "--stack", stack, "--json"));
}

async function previewed(): Promise<Preview> {
  const file = join(project.folder, ".order-queue", "preview.json");
  await project.orderQueue("preview", "--json", file).catch(() => {});
  return JSON.parse(readFileSync(file, "utf8"));
}

const keyOf = ({ type, name }: { type: string; name: string }) => `${type.split(":").at(-1)} ${name}`;

/** What a preview would make in a stack, sorted. */
function created({ stacks }: Preview, stack: string): string[] {
  return (stacks[stack]?.steps ?? [])
    .filter(({ op }) => op === "create")
    .map(keyOf)
    .sort();
}

/** Shakes hands with a host over and over, one after the other, while something happens, and once after it. */
async function watch(url: string, during: () => Promise<unknown>): Promise<{ names: Set<string>; failed: string[] }> {
  const browser = new Browser(project.env);
  const names = new Set<string>();
  const failed: string[] = [];
  const look = async () => {
    try {
      names.add((await browser.request(url)).names);
    } catch (error) {
      if (error instanceof NoAnswer && error.handshake) failed.push(error.message);
    }
  };
  let over = false;
  const done = during().finally(() => {
    over = true;
  });
  while (!over) {
    await look();
    await turn();
  }
  await look();
  await done;
  return { names, failed };
}

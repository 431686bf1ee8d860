import { setTimeout as wait } from "node:timers/promises";
import { Browser, NoAnswer } from "../../../drills/http.ts";
import { signed } from "../../../drills/signing.ts";
import type { Preview } from "../../../release/checks/preview.ts";
import { titleOf, unusedEntries } from "../../../release/plan/compare.ts";
import { contract } from "../../../stacks/parity-contract.ts";
import { makeDeployedProject, type Project } from "../project.ts";

let project: Project;
let preview: Preview;

/** One change of settings in both productions, previewed once. */
beforeAll(async () => {
  project = await makeDeployedProject();
  for (const stack of ["staging", "prod-au", "prod-eu"])
    project.edit(`Pulumi.${stack}.yaml`, /verificationSeconds: .*/, 'verificationSeconds: "30"');
  project.edit(
    "Pulumi.prod-au.yaml",
    "  order-queue:ingest:",
    "    - name: late\n      hostname: shop.late.example\n      erp: https://erp.late.example/orders\n  order-queue:ingest:",
  );
  project.edit(
    "Pulumi.prod-au.yaml",
    "hostname: acme.au.orderhub.example\n",
    "hostname: acme.au.orderhub.example\n      aliases: [shop.au.orderhub.example]\n",
  );
  project.edit(
    "Pulumi.prod-eu.yaml",
    "order-queue:stores:\n",
    'order-queue:storesPerLoadBalancer: "2"\n  order-queue:stores:\n    - name: aardvark\n      hostname: aardvark.eu.orderhub.example\n      erp: https://erp.aardvark.example/orders\n      unsigned: its platform cannot sign\n',
  );
  project.edit(
    "Pulumi.prod-au.yaml",
    "  order-queue:ingest:",
    "  order-queue:firewall:\n    mode: block\n    addressLimit: 50000\n  order-queue:ingest:",
  );
  project.commit("a store with a domain of its own, an alias, and a store for which there is no room");
  preview = await project.preview();
}, 600_000);
afterAll(() => project?.remove(), 600_000);

test("the preview finds parity equal, and nothing against policy", () => {
  expect(preview.stacks["prod-au"]?.error).toBeUndefined();
  expect(preview.findings.filter(({ check }) => ["policy", "parity"].includes(check))).toEqual([]);
});

test("the preview replaces the certificate that gets one more name, and all that depends on it", () => {
  const replaced = preview.stacks["prod-au"]?.steps.filter(({ op }) => op === "replace").map(keyOf);
  expect(replaced?.sort()).toEqual([
    "Certificate prod-au-store-acme",
    "CertificateValidation prod-au-store-acme",
    "ListenerCertificate prod-au-store-acme",
    // A preview does not know that ACM will ask for the same record again; the update finds nothing to change in it.
    "Record prod-au-store-acme-acme.au.orderhub.example-validation",
    // It gets the ERP of the store that is new.
    "TaskDefinition prod-au-dispatch",
    "TaskDefinition prod-au-ingest",
  ]);
});

test("the preview puts a store at the head of the list on a further load balancer, and touches no other store", () => {
  const touched = preview.stacks["prod-eu"]?.steps.filter(
    ({ op, name }) => op !== "same" && /lindgren|tulipan/.test(name),
  );
  expect(touched).toEqual([]);
  expect(created(preview, "prod-eu")).toContain("LoadBalancer prod-eu-lb2-front");
});

test("a certificate is replaced without one failed handshake, and a store whose domain is not published delays no update", async () => {
  const seen = await watch("https://acme.au.orderhub.example/version", () =>
    Promise.all(["prod-au", "prod-eu"].map((stack) => project.pulumi("up", "--yes", "--skip-preview", "-s", stack))),
  );
  expect(seen.failed).toEqual([]);
  expect([...seen.names]).toEqual([
    "DNS:acme.au.orderhub.example",
    "DNS:acme.au.orderhub.example, DNS:shop.au.orderhub.example",
  ]);
  const request = signed({ stack: "prod-au", name: "acme" }, { store: "acme", orderId: "2", payload: {} });
  const answer = await new Browser(project.env).request("https://shop.au.orderhub.example/orders", request);
  expect(answer.status).toBe(202);
  const { stores, pending } = await project.outputs("prod-au");
  expect(stores.map(({ name }: Named) => name)).toEqual(["acme", "bluegum", "harbourside"]);
  expect(pending.map(({ store }: { store: string }) => store)).toEqual(["late"]);
}, 600_000);

test("orders arrive by both load balancers, those of a store that need not sign without a signature", async () => {
  const { stores, placements } = await project.outputs("prod-eu");
  expect(placements).toMatchObject({
    loadBalancers: 2,
    places: { lindgren: { loadBalancer: 1 }, tulipan: { loadBalancer: 1 }, aardvark: { loadBalancer: 2 } },
  });
  const browser = new Browser(project.env);
  for (const { name, hostname, url } of stores) {
    const request = signed({ stack: "prod-eu", name }, { store: name, orderId: "1", payload: {} });
    const { status, names } = await browser.request(url, name === "aardvark" ? { body: request.body } : request);
    expect([status, names]).toEqual([202, expect.stringContaining(`DNS:${hostname}`)]);
  }
}, 600_000);

describe("a certificate", () => {
  test("whose validation record was deleted manually is named by the preview, fails the update, and is fixed by a refresh", async () => {
    const { validationRecords } = await project.outputs("prod-au");
    const { name = "", value } = validationRecords.find(of("bluegum.au.orderhub.example")) ?? {};
    await project.control.withdraw(name);
    const problem = `bluegum.au.orderhub.example: expected the DNS record ${name} CNAME ${value}, found none`;
    expect(await project.pulumi("preview", "--stack", "prod-au")).toContain(
      `${problem}. ACM cannot renew its certificate: pulumi up --refresh -s prod-au publishes it again.`,
    );
    await expect(
      project.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", "prod-au"),
    ).rejects.toThrow(problem);
    await project.pulumi("up", "--yes", "--skip-preview", "--refresh", "--stack", "prod-au");
  }, 600_000);

  test("whose validation record would change its logical name is reported before anything happens, renewed or not", async () => {
    project.edit("infra/certificates.ts", /-validation`, hostname/, "-proof`, hostname");
    project.edit("Pulumi.prod-au.yaml", "aliases: [shop.au", "aliases: [buy.au");
    const { findings, gate, allowed } = await project.preview();
    project.git("checkout", "--quiet", ".");
    const records = ["lost-validation-record", "same-identity"];
    const found = findings.filter(({ check, stack }) => stack === "prod-au" && records.includes(check));
    expect(found.map(({ check, resource }) => `${check} ${resource}`).sort()).toEqual([
      "lost-validation-record prod-au-store-acme-acme.au.orderhub.example-validation",
      "same-identity prod-au-platform-au.orderhub.example-validation",
      "same-identity prod-au-store-bluegum-bluegum.au.orderhub.example-validation",
      "same-identity prod-au-store-harbourside-harbourside.au.orderhub.example-validation",
    ]);
    expect(gate["prod-au"]?.allowed).toBe(false);
    // Each entry of the contract is used, now that every store of the change is deployed or before it was; but for the one
    // that drift needs, where staging's state still has the image that its last update built.
    const used = [...preview.allowed, ...allowed];
    const image = "aws:ecs/taskDefinition:TaskDefinition * containerDefinitions[*].image";
    expect(unusedEntries(contract, used).map(titleOf)).toEqual([image]);
  }, 600_000);

  test("of another host name, in an update that fails half-way, is rolled back with its records", async () => {
    change("Pulumi.prod-au.yaml", "hostname: bluegum.au.orderhub.example", "hostname: gum.au.orderhub.example");
    await project.control.refuse(["aws:ecs/service:Service"]);
    await expect(
      project.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", "prod-au"),
    ).rejects.toThrow("ServiceUnavailable");
    await project.control.refuse([]);
    expect(await project.orderQueue("rollback", "prod-au")).toMatch(
      /^prod-au runs commit [0-9a-f]{12} .* again, verified/m,
    );
    const { validationRecords } = await project.outputs("prod-au");
    expect(validationRecords.filter(of("bluegum.au.orderhub.example"))).toHaveLength(1);
    const { status, names } = await new Browser(project.env).request("https://bluegum.au.orderhub.example/version");
    expect([status, names]).toEqual([200, "DNS:bluegum.au.orderhub.example"]);
  }, 600_000);
});

/** Production takes only what is committed. */
function change(file: string, from: string, to: string): void {
  project.edit(file, from, to);
  project.commit(`${file}: ${to.trim()}`);
}

interface Named {
  name: string;
}

/** Validation records of that host name. */
const of = (wanted: string) => (record: { hostname: string }) => record.hostname === wanted;

const keyOf = ({ type, name }: { type: string; name: string }) => `${type.split(":").at(-1)} ${name}`;

/** What a preview would make in a stack, sorted. */
function created({ stacks }: Preview, stack: string): string[] {
  return (stacks[stack]?.steps ?? [])
    .filter(({ op }) => op === "create")
    .map(keyOf)
    .sort();
}

/**
 * Shakes hands with a host again and again while something happens, and once after it. Ten a second: a replaced certificate
 * is in use for longer, and more would take the processor from the update.
 */
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
    await wait(100);
  }
  await look();
  await done;
  return { names, failed };
}

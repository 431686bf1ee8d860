import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ErpOrder } from "../../../drills/control.ts";
import { Browser } from "../../../drills/http.ts";
import { confirmSubscriptions } from "../../../drills/recipients.ts";
import { secretOf, signed } from "../../../drills/signing.ts";
import { until } from "../../../drills/wait.ts";
import { makeDeployedProject, type Project } from "../project.ts";

let project: Project;
const withPack = ["--policy-pack", "policy"];

/** Each test continues from the one before, as a day's work does. */
describe("three stacks, deployed from the committed files", () => {
  beforeAll(async () => {
    project = await makeDeployedProject();
  }, 600_000);
  afterAll(() => project.remove(), 600_000);

  test("a store's order goes over TLS, with the store's own certificate, and arrives at its ERP once", async () => {
    const browser = new Browser(project.env);
    const order = { store: "harbourside", orderId: "4711", payload: { total: 99.5 } };
    const url = "https://harbourside.au.orderhub.example/orders";
    const request = signed({ stack: "prod-au", name: "harbourside" }, order);
    const answer = await browser.request(url, request);
    expect(answer).toEqual({
      status: 202,
      body: JSON.stringify({ orderId: "4711", store: "harbourside", accepted: true }),
      names: "DNS:harbourside.au.orderhub.example",
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    });
    await browser.request(url, request);
    await arrived("harbourside/4711");
    expect((await erpOrders()).filter(({ key }) => key === "harbourside/4711")).toEqual([
      expect.objectContaining({ host: "erp.harbourside.example", order }),
    ]);
  }, 600_000);

  test("an order without its store's signature is refused, and its ERP never sees it", async () => {
    const order = { store: "harbourside", orderId: "4710", payload: {} };
    const url = "https://harbourside.au.orderhub.example/orders";
    const browser = new Browser(project.env);
    const unsigned = await browser.request(url, { body: JSON.stringify(order) });
    const foreign = await browser.request(url, signed({ stack: "prod-au", name: "acme" }, order));
    expect([unsigned.status, foreign.status]).toEqual([401, 401]);
    expect((await erpOrders()).filter(({ key }) => key === "harbourside/4710")).toEqual([]);
  }, 600_000);

  test("an ERP that asks for credentials gets those of its store's secret, and no other one gets any", async () => {
    const browser = new Browser(project.env);
    for (const store of ["acme", "bluegum"]) {
      const url = `https://${store}.au.orderhub.example/orders`;
      await browser.request(url, signed({ stack: "prod-au", name: store }, { store, orderId: "4712", payload: {} }));
      await arrived(`${store}/4712`);
    }
    const orders = (await erpOrders()).filter(({ key }) => key.endsWith("/4712"));
    expect(orders.map(({ host, authorization }) => [host, authorization])).toEqual([
      ["erp.acme.example", "Bearer acme-of-the-twin"],
      ["erp.bluegum.example", undefined],
    ]);
  }, 600_000);

  test("private keys are in the stacks' states, encrypted, and credentials of ERPs are not there at all", async () => {
    const [state, shown] = await Promise.all([
      project.pulumi("stack", "export", "--stack", "prod-au"),
      project.pulumi("stack", "export", "--stack", "prod-au", "--show-secrets"),
    ]);
    expect(state).not.toContain("PRIVATE KEY");
    expect(shown).toContain("PRIVATE KEY");
    expect(shown).not.toContain("of-the-twin");
  }, 600_000);

  test("unmodified curl sends an order too, and a bad one is answered with what is wrong", () => {
    const curl = (body: string) =>
      execFileSync(
        "curl",
        [
          "--silent",
          "--show-error",
          "--cacert",
          project.env.NODE_EXTRA_CA_CERTS ?? "",
          "--header",
          "content-type: application/json",
          "--header",
          `authorization: Bearer ${secretOf({ stack: "prod-eu", name: "tulipan" }).bearer[0]}`,
          "--data",
          body,
          "https://tulipan.eu.orderhub.example/orders",
        ],
        {
          encoding: "utf8",
          env: { ...process.env, HTTPS_PROXY: project.env.HTTPS_PROXY },
        },
      );
    expect(JSON.parse(curl('{"store":"tulipan","orderId":"1","payload":{}}'))).toEqual({
      orderId: "1",
      store: "tulipan",
      accepted: true,
    });
    expect(JSON.parse(curl('{"store":"tulipan","payload":{}}'))).toMatchObject({ field: "orderId" });
    expect(JSON.parse(curl('{"store":"nobody","orderId":"1","payload":{}}'))).toMatchObject({ field: "store" });
  });

  test("preview of all stacks finds nothing to change but verification, and production equal to staging; it writes no stack file", async () => {
    // The engine would write a new key.
    project.edit("Pulumi.staging.yaml", /^encryptedkey: .*\n/m, "");
    const before = project.git("diff");
    const preview = await project.preview();
    expect(project.git("diff")).toBe(before);
    // Nothing has changed since: no engine is asked again, until a file changes.
    const again = /^Planned 20\S+: files and stacks have not changed since\. --fresh plans again\.$/m;
    expect(await project.orderQueue("preview")).toMatch(again);
    project.git("checkout", "--quiet", ".");
    expect(
      Object.fromEntries(
        Object.entries(preview.stacks).map(([name, s]) => [name, [s.create, s.update, s.replace, s.delete]]),
      ),
    ).toEqual({
      staging: [0, 1, 0, 0],
      "prod-au": [0, 1, 0, 0],
      "prod-eu": [0, 1, 0, 0],
    });
    expect(preview.findings).toEqual([]);
  }, 600_000);

  test("an update with --target proves nothing: staging still runs the release before, and says why", async () => {
    const { release, image, ledger } = await project.outputs("staging");
    project.edit("infra/queue.ts", "maxReceives = 1_000", "maxReceives = 999");
    // The oldest engine fails where the new image is left out and something needs it.
    const targets = ["--target", "**LogGroup**", "--target", "**docker:index/image:Image**"];
    await project.pulumi("up", "--yes", "--skip-preview", "-s", "staging", ...targets);
    const after = await project.outputs("staging");
    expect(after).toMatchObject({ release, image, ledger });
    expect(after.partial).toEqual({
      release: expect.not.stringMatching(release),
      commit: project.git("rev-parse", "HEAD"),
      why: "pulumi up --target leaves out resources",
    });
    project.git("checkout", "--quiet", ".");
  }, 600_000);

  test("a difference between staging and production is found by path, and a plan that breaks a policy is refused by rule", async () => {
    project.edit("infra/queue.ts", "maxReceiveCount: ", 'maxReceiveCount: name === "prod-eu" ? 99 : ');
    project.edit("infra/queue.ts", "...encrypted", 'sqsManagedSseEnabled: name !== "prod-au"');
    const { stacks, findings } = await project.preview();
    expect(findings.filter(({ check }) => check === "parity")).toMatchObject([
      {
        stack: "prod-eu",
        resource: "aws:sqs/queue:Queue {stack}-orders",
        path: "redrivePolicy.maxReceiveCount",
        message: "is 99",
      },
    ]);
    expect(stacks["prod-au"]?.error).toMatch(/^refused by policy, \d+ violations?$/);
    expect(findings).toContainEqual({
      check: "policy",
      stack: "prod-au",
      resource: expect.stringMatching(/^prod-au-/),
      message: expect.stringMatching(/^breaks queue-is-encrypted: [\s\S]*sqsManagedSseEnabled/),
      fix: expect.any(String),
    });
    const raw = project.pulumi("preview", "--stack", "prod-au", ...withPack);
    await expect(raw).rejects.toThrow("set sqsManagedSseEnabled");
    project.git("checkout", "--quiet", ".");
  }, 600_000);

  test("a policy pack that cannot be loaded is an error of its own, and no verdict on the change", async () => {
    project.edit("policy/pack.ts", "import", 'import "./nowhere.ts";\nimport');
    const reason = /Cannot find module '.*nowhere.ts' imported from .*pack.ts/;
    const own = /policy: the policy pack could not be started, so no change was judged: Cannot find module/;
    await Promise.all([
      expect(project.pulumi("preview", "--stack", "staging", ...withPack)).rejects.toThrow(reason),
      expect(project.orderQueue("preview")).rejects.toThrow(own),
    ]);
    project.git("checkout", "--quiet", ".");
  }, 600_000);

  test("a rollback re-applies the last good update of history and verifies it", async () => {
    const before = await logRetention("prod-au");
    project.edit("Pulumi.prod-au.yaml", 'logRetentionDays: "90"', 'logRetentionDays: "60"');
    project.commit("keep production's logs for two months");
    await project.pulumi("up", "--yes", "--skip-preview", "--stack", "prod-au");
    expect(await logRetention("prod-au")).toEqual([60, 60, 60, 60]);

    expect(await project.orderQueue("rollback", "prod-au")).toMatch(
      /^prod-au runs commit [0-9a-f]{12} of update 1 again, verified, after/m,
    );
    expect(await logRetention("prod-au")).toEqual(before);
    const [latest] = JSON.parse(await project.pulumi("stack", "history", "--stack", "prod-au", "--json"));
    expect(latest).toMatchObject({
      kind: "update",
      result: "succeeded",
      message: expect.stringMatching(/^rollback to update 1 /),
    });
    expect(project.changes()).toBe("");
    expect(project.git("worktree", "list").split("\n")).toHaveLength(1);
  }, 600_000);

  test("a renewed certificate is a new secret version, and the containers roll to it", async () => {
    const before = await ingestOf("prod-eu");
    const [certificate] = (await project.resources("prod-eu")).filter(({ type }) => /LocallySignedCert$/.test(type));
    await project.pulumi("up", "--yes", "--skip-preview", "--stack", "prod-eu", "--replace", certificate?.urn ?? "");
    const after = await ingestOf("prod-eu");
    expect(after.version).not.toBe(before.version);
    expect(after.valueFrom).toEqual(before.valueFrom.map((from) => from.replace(before.version, after.version)));
    const running = (await project.control.status()).regions["eu-west-1"]?.tasks.filter(
      (task) => task.lastStatus === "RUNNING",
    );
    const ingest = running?.filter(({ service }) => service.includes("ingest")) ?? [];
    expect(ingest.length).toBeGreaterThanOrEqual(2);
    expect(new Set(ingest.map(({ taskDefinitionArn }) => taskDefinitionArn))).toEqual(new Set([after.definition]));
  }, 600_000);

  test("what was changed or deleted manually, or never confirmed, is named by resource and property; a refresh repairs it", async () => {
    const { control } = project;
    const inEu = async (type: string, name: string) => {
      const found = (await control.findResources(type)).find((r) => r.region === "eu-west-1" && r.id.includes(name));
      if (found === undefined) throw new Error(`no ${type} of ${name} in eu-west-1`);
      return found;
    };
    const group = await inEu("aws:lb/targetGroup:TargetGroup", "prod-eu-ingest");
    await control.putResource({ ...group, outputs: { ...group.outputs, deregistrationDelay: 0 } });
    await control.removeResource(await inEu("aws:cloudwatch/metricAlarm:MetricAlarm", "prod-eu-dead-letters"));

    const file = join(project.folder, ".order-queue", "drift.json");
    const drift = project.orderQueue("drift", "prod-eu", "--json", file);
    await expect(drift).rejects.toThrow(/exited with 1:/);
    await expect(drift).rejects.toThrow(
      [
        "prod-eu: differs from its last update, or from staging",
        "  aws:cloudwatch/metricAlarm:MetricAlarm prod-eu-dead-letters is gone",
        "  aws:lb/targetGroup:TargetGroup prod-eu-ingest changed: deregistrationDelay",
        "  aws:sns/topicSubscription:TopicSubscription prod-eu-alarms-email is not confirmed: no notification is sent through it",
      ].join("\n"),
    );
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
      stacks: [
        {
          stack: "prod-eu",
          resources: [
            {
              type: "aws:cloudwatch/metricAlarm:MetricAlarm",
              name: "prod-eu-dead-letters",
              what: "gone",
              properties: [],
            },
            {
              type: "aws:lb/targetGroup:TargetGroup",
              name: "prod-eu-ingest",
              what: "changed",
              properties: ["deregistrationDelay"],
            },
            {
              type: "aws:sns/topicSubscription:TopicSubscription",
              name: "prod-eu-alarms-email",
              what: "unconfirmed",
              properties: [],
            },
          ],
          differences: [],
        },
      ],
    });
    await confirmSubscriptions(control);
    await project.pulumi("up", "--yes", "--refresh", "--skip-preview", "--stack", "prod-eu");
    expect((await inEu("aws:lb/targetGroup:TargetGroup", "prod-eu-ingest")).outputs.deregistrationDelay).toBe(
      group.outputs.deregistrationDelay,
    );
  }, 600_000);

  test("drift is none, and destroy is refused where state is protected", async () => {
    // It ends with 1 where a resource, or a difference from staging, would be reported.
    await project.orderQueue("drift", "prod-eu");
    await expect(project.pulumi("destroy", "--yes", "--stack", "prod-eu")).rejects.toThrow(/protected/);
    expect(project.changes()).toBe("");
  }, 600_000);
});

async function logRetention(stack: string): Promise<number[]> {
  const groups = (await project.resources(stack)).filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
  return groups.map(({ outputs }) => outputs.retentionInDays);
}

/** Ingest's task definition, where its secrets come from, and the secret's version that the stack holds. */
async function ingestOf(stack: string): Promise<{ definition: string; valueFrom: string[]; version: string }> {
  const resources = await project.resources(stack);
  const find = (type: string, name: string) =>
    resources.find(({ urn }) => urn.endsWith(`${type}::${stack}-${name}`))?.outputs ?? {};
  const { arn, containerDefinitions } = find(":TaskDefinition", "ingest");
  const [{ secrets }] = JSON.parse(containerDefinitions);
  return {
    definition: arn,
    valueFrom: secrets.map(({ valueFrom }: { valueFrom: string }) => valueFrom),
    version: find(":SecretVersion", "ingest-tls").versionId,
  };
}

async function erpOrders(): Promise<(ErpOrder & { authorization?: string })[]> {
  return project.control.erpOrders();
}

async function arrived(key: string): Promise<void> {
  await until(async () => (await erpOrders()).some((order) => order.key === key), 300_000);
}

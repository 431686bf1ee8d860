import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BatchDeleteImageCommand, ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient, ListTasksCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { Browser } from "../../../../../drills/http.ts";
import { confirmSubscriptions } from "../../../../../drills/recipients.ts";
import { signed } from "../../../../../drills/signing.ts";
import type { Diagnosis } from "../../../../../release/operate/diagnose/diagnose.ts";
import { exampleProvider } from "../../../../../release/workspace/location.ts";
import { makeProject, type Project } from "../../../project.ts";

let project: Project;
let settings: object;

/** Each test continues from the one before; what is broken stays in the logs for some minutes. */
describe("diagnose, on a stack that the real engine deployed", () => {
  beforeAll(async () => {
    project = await makeProject();
    await project.pulumi("stack", "init", "staging", "--secrets-provider", exampleProvider);
    await project.pulumi("up", "--yes", "--skip-preview", "--stack", "staging");
    const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = project.env;
    settings = {
      region: "ap-southeast-2",
      endpoint: AWS_ENDPOINT_URL,
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    };
  }, 600_000);
  afterAll(() => project.remove(), 600_000);

  test("names a recipient that has not confirmed its subscription", async () => {
    const { causes } = await diagnosed("unconfirmed-subscription");
    expect(causes).toMatchObject([{ evidence: ["platform-staging@orderhub.example: waits to be confirmed"] }]);
    await confirmSubscriptions(project.control);
  }, 600_000);

  test("finds nothing wrong with one that is well, and shows how it is", async () => {
    // `pulumi stack history` by itself prints the newest ten alone.
    repeatUpdate(12);
    const shown = await project.orderQueue("diagnose", "staging", "--json", file());
    expect(shown).toMatch(/^Nothing is wrong\.$/m);
    expect(shown).toMatch(/^last change +update 12 succeeded, .*, by Test, commit [0-9a-f]{12}$/m);
    expect(shown).toMatch(/^certificates +3 of 4 issued, 39\d days left at the least$/m);
    const { facts, causes } = written();
    expect(causes).toEqual([]);
    expect(facts).toMatchObject({
      stack: "staging",
      services: [
        { name: expect.stringMatching(/^staging-canary-/), images: [facts.release.here.image] },
        { name: expect.stringMatching(/^staging-dispatch-/), images: [facts.release.here.image] },
        { name: expect.stringMatching(/^staging-ingest-/), images: [facts.release.here.image] },
      ],
      queue: { visible: 0, deadLetters: 0 },
      // Verification has stopped one to see that a notification is sent.
      stops: [{ service: expect.stringMatching(/^staging-ingest-/), reason: expect.stringMatching(/^verification-/) }],
      ...{ records: [], erps: [], denied: [], unread: [] },
    });
    expect(facts.services.map(({ running, desired }) => running - desired)).toEqual([0, 0, 0]);
    expect(facts.targets.map(({ state }) => state)).toEqual(facts.targets.map(() => "healthy"));
    expect(facts.hosts.map(({ hostname, status, release }) => [hostname, status, release])).toEqual(
      ["staging", "acme.staging", "bluegum.staging"].map((name) => [
        ...[`${name}.orderhub.example`, 200, facts.release.here.release],
      ]),
    );
  }, 600_000);

  test("names the store whose ERP takes no orders, with the ERP's answer", async () => {
    await project.control.setErp("erp-test.acme.example", { mode: "status", status: 503 });
    const order = { store: "acme", orderId: "1", payload: {} };
    const request = signed({ stack: "staging", name: "acme" }, order);
    await new Browser(project.env).request("https://acme.staging.orderhub.example/orders", request);
    const { causes } = await diagnosed("erp-fails");
    expect(causes).toEqual([
      expect.objectContaining({
        kind: "erp-fails",
        what: "The ERP of acme accepts no orders.",
        evidence: [expect.stringMatching(/^acme: \d+ × not delivered, last at .*: the ERP answered 503$/)],
      }),
    ]);
    await project.control.setErp("erp-test.acme.example", { mode: "ok" });
  }, 600_000);

  test("names a store's record that was deleted from the zone, and what stores see of it", async () => {
    const route53 = new Route53Client(settings);
    const { zone, record } = await recordOf(route53, "bluegum.staging.orderhub.example.");
    const change = (Action: Change["Action"]) =>
      route53.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: zone,
          ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] },
        }),
      );
    await change("DELETE");
    const { causes } = await diagnosed("record-missing");
    expect(causes.find(({ kind }) => kind === "record-missing")?.evidence).toEqual([
      expect.stringMatching(
        /^A bluegum\.staging\.orderhub\.example: expected staging-.*, the zone has no such record$/,
      ),
    ]);
    expect(causes.find(({ kind }) => kind === "host-unreachable")?.evidence).toEqual([
      expect.stringMatching(/^bluegum\.staging\.orderhub\.example: /),
    ]);
    await change("CREATE");
    route53.destroy();
  }, 600_000);

  test("names the image that is gone before all that follows from it", async () => {
    const [ecr, ecs] = [new ECRClient(settings), new ECSClient(settings)];
    const { clusterName: cluster, image } = await project.outputs("staging");
    const imageIds = [{ imageDigest: image }];
    await ecr.send(new BatchDeleteImageCommand({ repositoryName: "order-queue", imageIds }));
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster }));
    await Promise.all(taskArns.map((task) => ecs.send(new StopTaskCommand({ cluster, task, reason: "drill" }))));
    const { causes, facts } = await diagnosed("image-gone");
    expect(causes[0]).toMatchObject({
      kind: "image-gone",
      what: expect.stringMatching(/^The image of staging-.* cannot be pulled\.$/),
      evidence: expect.arrayContaining([expect.stringContaining("CannotPullContainerError")]),
    });
    expect(causes.map(({ kind }) => kind)).toContain("too-few-containers");
    expect(facts.stops.filter(({ reason }) => reason === "drill")).toHaveLength(taskArns.length);
    await expect(project.orderQueue("diagnose", "staging")).rejects.toThrow(/^1\. The image of staging-/m);
    ecr.destroy();
    ecs.destroy();
  }, 600_000);

  test("takes no stack that does not exist", async () => {
    await expect(project.orderQueue("diagnose", "prod-mars")).rejects.toThrow(
      /exited with 2:[\s\S]*Allowed choices are staging, prod-au, prod-eu/,
    );
  }, 600_000);
});

const file = () => join(project.folder, ".order-queue", "diagnosis.json");

/** Makes copies of the stack's only update in its history, so that it has so many. */
function repeatUpdate(count: number): void {
  const folder = join(project.folder, ".order-queue", "backend", ".pulumi", "history", "order-queue", "staging");
  const [update = ""] = readdirSync(folder).filter((name) => name.endsWith(".history.json"));
  // Their names sort by when they were made: these were before.
  for (let copy = 1; copy < count; copy++)
    copyFileSync(join(folder, update), join(folder, `staging-${copy}.history.json`));
}

const written = (): Diagnosis => JSON.parse(readFileSync(file(), "utf8"));

/** Asks until that cause is among those named; the command ends with 1 for any. */
async function diagnosed(kind: string): Promise<Diagnosis> {
  for (;;) {
    const ended = project.orderQueue("diagnose", "staging", "--json", file());
    const found = await ended.then(
      () => undefined,
      () => written(),
    );
    if (found?.causes.some((cause) => cause.kind === kind)) return found;
  }
}

async function recordOf(route53: Route53Client, name: string) {
  const records = await project.resources("staging");
  const zone: string = records.find(({ type }) => type === "aws:route53/record:Record")?.outputs.zoneId;
  const listed = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }));
  const record = listed.ResourceRecordSets?.find((set) => set.Name === name && set.Type === "A");
  if (!record) throw new Error(`the zone has no A record ${name}`);
  return { zone, record };
}

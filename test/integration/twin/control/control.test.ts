import { readFileSync } from "node:fs";
import { join } from "node:path";
import { style } from "../../../../html/html.ts";
import { startCloud } from "../../../../twin/cloud.ts";
import { Store } from "../../../../twin/core/store.ts";
import {
  account,
  alias,
  certificate,
  containers,
  eventually,
  forwardTo,
  image,
  imageName,
  listener,
  loadBalancer,
  put,
  region,
  service,
  startTestCloud,
  targetGroup,
  taskDefinition,
  zone,
} from "../cloud.ts";

let test: Awaited<ReturnType<typeof startTestCloud>>;
let arn: string;
const shutdown = jest.fn();

/** Sends an order with the real SDK and its task role, as the service does. */
const sender = `
import { createRequire } from "node:module";
const require = createRequire(process.cwd() + "/package.json");
const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
const client = new SQSClient({ useQueueUrlAsEndpoint: false });
const { accessKeyId } = await client.config.credentials();
console.log("key " + accessKeyId);
const sent = await client.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: "order" }));
console.log("sent " + typeof sent.MessageId);
const answer = await fetch("https://erp.acme.example/orders", { method: "POST", headers: { "idempotency-key": "acme/7" }, body: "{}" });
console.log("erp " + answer.status);
setInterval(() => {}, 1000);
`;

beforeAll(async () => {
  test = await startTestCloud({ onShutdown: shutdown });
  const { cloud } = test;
  image(cloud, test.directory, sender);
  const { url } = cloud.sqs.create("orders", region, {});
  const environment = [
    { name: "QUEUE_URL", value: url },
    { name: "RELEASE", value: "r1" },
  ];
  const definition = taskDefinition(cloud, 1, { environment, portMappings: [] });
  const resource = cloud.store.get("aws:ecs/taskDefinition:TaskDefinition", definition, region);
  put(cloud, "aws:ecs/taskDefinition:TaskDefinition", definition, {
    ...resource?.outputs,
    taskRoleArn: `arn:aws:iam::${account}:role/app`,
  });
  arn = service(cloud, definition);
  const group = targetGroup(cloud, "ingest");
  const held = await certificate(cloud, zone);
  listener(cloud, loadBalancer(cloud), 443, { certificateArn: held, defaultActions: forwardTo(group) });
  alias(cloud, zone);
  await cloud.ecs.steady(arn, 20_000);
});
afterAll(() => test.close());

async function call(method: string, path: string, body?: unknown) {
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(test.cloud.apiUrl + path, init);
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests look at
  return { status: response.status, body: (await response.json()) as any };
}

it("a container's own SDK and fetch reach the queue and an ERP with what the twin supplies", async () => {
  const [task] = test.cloud.ecs.tasks(arn);
  const logs = async () => (await call("GET", `/logs/${task?.id}`)).body[0].lines as string[];
  let lines: string[] = [];
  for (const deadline = Date.now() + 15_000; lines.length < 3 && Date.now() < deadline; ) lines = await logs();
  expect(lines).toEqual([expect.stringMatching(/^key ASIA[0-9A-F]{16}$/), "sent string", "erp 200"]);
  expect(task).toMatchObject({
    availabilityZone: `${region}a`,
    eni: { subnetId: "subnet-private-a", address: "10.0.10.4", groups: ["sg-app"] },
  });
});

it("tells what runs, by region", async () => {
  const { body } = await call("GET", "/status");
  expect(body.twin).toMatchObject({ containers, pid: process.pid, queueRefuses: false });
  expect(body.twin.peakMegabytes).toBeGreaterThanOrEqual(body.twin.megabytes);
  const au = body.regions[region];
  expect(Object.keys(body.regions)).toEqual([region]);
  expect(au.services).toMatchObject([{ name: "app", desired: 1, running: 1, releases: ["r1"] }]);
  expect(au.services[0].deployments).toMatchObject([{ status: "PRIMARY", rolloutState: "COMPLETED" }]);
  expect(au.loadBalancers).toMatchObject([{ name: "front", listeners: [{ port: 443, protocol: "HTTPS" }] }]);
  expect(au.certificates).toMatchObject([{ names: [zone], status: "ISSUED", daysLeft: 394 }]);
  expect(au.certificates[0].inUseBy).toHaveLength(1);
  expect(au.queues).toMatchObject([{ name: "orders", inFlight: 0 }]);
});

it("injects the faults that it is asked for", async () => {
  expect(await call("PUT", "/erp/erp.acme.example", { mode: "status", status: 500 })).toMatchObject({ status: 200 });
  expect((await call("GET", "/erp/erp.acme.example")).body).toEqual({
    host: "erp.acme.example",
    mode: "status",
    status: 500,
    met: 0,
  });
  expect((await call("PUT", "/names/erp.acme.example", { hangs: true })).body).toEqual({
    name: "erp.acme.example",
    hangs: true,
  });
  expect((await call("GET", "/names/erp.acme.example")).body).toEqual({ name: "erp.acme.example", unanswered: 0 });
  await call("PUT", "/names/erp.acme.example", { hangs: false });
  expect((await call("GET", "/names/erp.acme.example")).body).toEqual({ name: "erp.acme.example", unanswered: null });
  expect((await call("POST", "/erp/erp.acme.example/disconnect")).body).toEqual({ disconnected: "erp.acme.example" });
  expect((await call("PUT", "/sqs", { refuse: true })).body).toEqual({ refuse: true });
  expect((await call("GET", "/status")).body.twin.queueRefuses).toBe(true);
  await call("PUT", "/sqs", { refuse: false });
  const running = test.cloud.ecs.tasks(arn).find((task) => task.lastStatus === "RUNNING");
  expect((await call("POST", `/tasks/${running?.id}/stop`, { reason: "drill" })).body).toEqual({
    stopped: running?.id,
    reason: "drill",
  });
  const stopped = await eventually(
    () => test.cloud.ecs.tasks(arn).find((task) => task.id === running?.id && task.lastStatus === "STOPPED"),
    "the end of the task",
  );
  expect(stopped).toMatchObject({
    stoppedReason: "drill",
    stopCode: "UserInitiated",
    containers: [{ image: imageName }],
  });
  expect(await call("POST", `/tasks/${running?.id}/kill`)).toMatchObject({ status: 409 });
  expect((await call("GET", "/erp/orders")).body).toMatchObject([
    { host: "erp.acme.example", key: "acme/7", attempts: 1 },
  ]);
});

it("an ERP refuses an order for good, and says which ones it has", async () => {
  const refuse = { key: "acme/poison", status: 422 };
  expect(await call("POST", "/erp/erp.acme.example/refuse", refuse)).toMatchObject({ status: 200 });
  const keys = ["acme/7", "acme/poison"];
  expect((await call("POST", "/erp/find", { host: "erp.acme.example", keys })).body).toMatchObject([{ key: "acme/7" }]);
  expect(await call("POST", "/erp/erp.acme.example/refuse", { key: "acme/8", status: 500 })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining("status") },
  });
});

it("tells of the last orders, where each is, the newest first", async () => {
  const { queues } = test.cloud.sqs;
  const { arn: queue } = test.cloud.sqs.create("late.fifo", region, { FifoQueue: "true" });
  for (const number of ["8", "9"])
    queues.messages.send(queues.get(queue), { body: "{}", groupId: `acme/${number}`, dedupId: number });
  queues.messages.receive(queues.get(queue), 1);
  const { orders } = (await call("GET", "/status")).body;
  expect(orders.map(({ at: _, ...order }: { at: string }) => order)).toEqual([
    { key: "acme/9", state: "waiting", where: "late.fifo", attempts: 0 },
    { key: "acme/8", state: "taken", where: "late.fifo", attempts: 1 },
    { key: "acme/7", state: "arrived", where: "erp.acme.example", attempts: 1 },
  ]);
  expect(queues.messages.depth(queue)).toMatchObject({ visible: 1, inFlight: 1 });
});

it("tells of which stack a part is, by its tag", async () => {
  put(test.cloud, "aws:cloudwatch/metricAlarm:MetricAlarm", "arn:alarm:1", {
    ...{ name: "au-alarm", tagsAll: { stack: "prod-au" } },
  });
  const { alarms, services } = (await call("GET", "/status")).body.regions[region];
  expect(alarms).toMatchObject([{ name: "au-alarm", stack: "prod-au" }]);
  expect(services).toMatchObject([{ name: "app", stack: null }]);
});

it("has a page for people at its root, which may load nothing from elsewhere", async () => {
  const file = (name: string) => readFileSync(`twin/control/page/${name}`, "utf8");
  const files = [
    ["/", "text/html", file("index.html")],
    ["/page.js", "text/javascript", file("page.js")],
    ["/page.css", "text/css", file("page.css")],
    ["/style.css", "text/css", style],
  ];
  for (const [path, type, body] of files) {
    const response = await fetch(test.cloud.apiUrl + path);
    expect(response.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(await response.text()).toBe(body);
  }
  expect(await call("POST", "/")).toMatchObject({ status: 404 });
});

it("says by name what it does not understand", async () => {
  expect(await call("GET", "/nothing")).toMatchObject({
    status: 404,
    body: { error: expect.stringContaining("There is no GET /nothing") },
  });
  expect(await call("PUT", "/sqs", { refuse: true, colour: 1 })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining("colour") },
  });
  expect(await call("PUT", "/erp/x.example", { mode: "slow" })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining("milliseconds") },
  });
  expect(await call("POST", "/tasks/none/kill")).toMatchObject({ status: 404, body: { error: "No task none" } });
});

it("ends the twin when asked to", async () => {
  expect((await call("POST", "/shutdown")).body).toEqual({ shuttingDown: true });
  await eventually(() => (shutdown.mock.calls.length === 1 ? true : undefined), "the shutdown");
});

it("a taken port is named", async () => {
  const store = new Store(":memory:");
  const taken = Number(new URL(test.cloud.apiUrl).port);
  const other = startCloud({
    ...{ store, directory: join(test.directory, "other"), account: "123456789012", zones: [], log: () => {} },
    ports: { api: taken },
  });
  await expect(other).rejects.toThrow(
    `Port ${taken} for the twin's control API is taken; free it or choose another one`,
  );
  store.close();
});

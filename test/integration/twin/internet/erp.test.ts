import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:tls";
import { startTestCloud } from "../cloud.ts";
import { fetchThrough, tunnel } from "../connections.ts";

const host = "erp.acme.example";
let test: Awaited<ReturnType<typeof startTestCloud>>;

beforeAll(async () => {
  test = await startTestCloud();
});
afterAll(() => test.close());

const post = (key: string | undefined, body: string) =>
  fetchThrough(test.cloud, `https://${host}/orders`, {
    method: "POST",
    headers: key ? { "idempotency-key": key } : {},
    body,
  });

it("the same idempotency key is the same order, with its attempts counted", async () => {
  expect(await post("acme/1", '{"item":1}')).toMatchObject({ status: 200, body: '{"received":"acme/1","attempts":1}' });
  expect(await post("acme/1", '{"item":2}')).toMatchObject({ status: 200, body: '{"received":"acme/1","attempts":2}' });
  expect(test.cloud.erp.orders(host)).toEqual([
    { host, key: "acme/1", order: { item: 1 }, receivedAt: expect.any(String), attempts: 2 },
  ]);
});

it("an order without a key or without JSON is refused", async () => {
  expect(await post(undefined, "{}")).toMatchObject({ status: 400 });
  expect(await post("acme/2", "{")).toMatchObject({ status: 400, body: '{"error":"the body is not JSON"}' });
  expect(test.cloud.erp.orders()).toHaveLength(1);
});

it("one can be made to fail, to be slow and to hang, and to work again", async () => {
  const { erp } = test.cloud;
  erp.setMode(host, { mode: "status", status: 503 });
  expect((await post("acme/3", "{}")).status).toBe(503);
  expect(erp.orders()).toHaveLength(1);

  erp.setMode(host, { mode: "slow", milliseconds: 150 });
  const began = Date.now();
  expect((await post("acme/3", "{}")).status).toBe(200);
  expect(Date.now() - began).toBeGreaterThanOrEqual(150);

  erp.setMode(host, { mode: "hang" });
  const answered = await Promise.race([
    post("acme/4", "{}"),
    new Promise((resolve) => setTimeout(resolve, 200, "none")),
  ]);
  expect(answered).toBe("none");
  erp.setMode(host, { mode: "ok" });
  expect((await post("acme/4", "{}")).status).toBe(200);
  expect(erp.orders().map(({ key }) => key)).toEqual(["acme/1", "acme/3", "acme/4"]);
});

it("counts the requests that have met its mode", async () => {
  const { erp } = test.cloud;
  erp.setMode(host, { mode: "status", status: 500 });
  expect(erp.met(host)).toBe(0);
  await post("acme/5", "{}");
  await post("acme/5", "{}");
  expect(erp.met(host)).toBe(2);
  erp.setMode(host, { mode: "ok" });
  expect(erp.met(host)).toBe(0);
});

it("refuses permanently an order that it was set to refuse, and no other", async () => {
  const { erp } = test.cloud;
  erp.refuse(host, "acme/6", 422);
  expect([await post("acme/6", "{}"), await post("acme/7", "{}")]).toMatchObject([{ status: 422 }, { status: 200 }]);
  expect(erp.find(host, ["acme/6", "acme/7", "acme/8"]).map(({ key }) => key)).toEqual(["acme/7"]);
  expect(erp.find("erp.other.example", ["acme/7"])).toEqual([]);
});

it("handshakes at the same time with a new host are shown one certificate", async () => {
  const name = "erp.new.example";
  const fingerprint = async () => {
    const socket = await tunnel(test.cloud, `${name}:443`);
    return new Promise<string>((resolve, reject) => {
      const secure = connect({ socket, servername: name, ca: test.cloud.authority.certificate }, () => {
        resolve(secure.getPeerCertificate().fingerprint256);
        secure.destroy();
      });
      secure.on("error", reject);
    });
  };
  const [first, ...others] = await Promise.all([fingerprint(), fingerprint(), fingerprint()]);
  expect(others).toEqual([first, first]);
});

it("closes the connections of one host, and no other's", async () => {
  const ca = test.cloud.authority.certificate;
  const open = async (name: string) => {
    const socket = connect({ socket: await tunnel(test.cloud, `${name}:443`), servername: name, ca });
    socket.on("error", () => {});
    await once(socket, "secureConnect");
    return socket;
  };
  const [own, other] = [await open(host), await open("erp.other.example")];
  // Its side of a handshake ends after the client's.
  await fetchThrough(test.cloud, "https://erp.other.example/orders");
  const closed = once(own, "close");
  test.cloud.erp.disconnect(host);
  await closed;
  expect(other.destroyed).toBe(false);
  other.destroy();
});

it("a container gets no connection to an ERP whose name servers hang, and is answered after a wait", async () => {
  const { cloud } = test;
  const proxy = new URL(cloud.proxyUrl);
  cloud.vpcResolver.hang(host, true);
  const headers = { "proxy-authorization": `Basic ${Buffer.from("a-task:task").toString("base64")}` };
  const request = httpRequest({
    host: proxy.hostname,
    port: proxy.port,
    method: "CONNECT",
    path: `${host}:443`,
    headers,
  });
  request.end();
  const [response] = await once(request, "connect");
  expect(response.statusCode).toBe(504);
  cloud.vpcResolver.hang(host, false);
});

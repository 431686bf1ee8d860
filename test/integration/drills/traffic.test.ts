import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { Browser } from "../../../drills/http.ts";
import { secretOf } from "../../../drills/signing.ts";
import { OrderRefused, type StoreAddress, Traffic } from "../../../drills/traffic.ts";
import { Authority, newKey } from "../../../twin/internet/authority.ts";

const folder = mkdtempSync(join(tmpdir(), "order-queue-traffic-"));
const OLD = secretOf({ stack: "prod-au", name: "acme" }).signing[0];
const NEW = secretOf({ stack: "prod-au", name: "another" }).signing[0];
let server: https.Server;
let store: StoreAddress;
let browser: Browser;
/** What the host of the store takes orders with. */
let valid = NEW;

beforeAll(async () => {
  const authority = await Authority.open(folder);
  const key = newKey("EC_prime256v1");
  const { certificate } = await authority.issue(["localhost"], key, 1);
  server = https.createServer({ key, cert: certificate }, take);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  store = { stack: "prod-au", name: "acme", url: `https://localhost:${port}/orders` };
  browser = new Browser({ NODE_EXTRA_CA_CERTS: authority.file });
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true });
});

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  try {
    new Webhook(valid).verify(body, request.headers as Record<string, string>);
    response.writeHead(202).end();
  } catch {
    response.writeHead(401).end();
  }
}

test("a store whose secret is replaced sends the order again after a 401, with the secret that it has then", async () => {
  let secret = OLD;
  const notAuthentic = () => {
    secret = NEW;
    return true;
  };
  const traffic = new Traffic(browser, { notAuthentic }, () => secret);
  expect(await traffic.post(store, "1")).toBe("acme/1");
  expect(traffic.report).toMatchObject({ attempts: 2, refused: 1, handshakes: 2, handshakesFailed: 0 });
  expect([...traffic.report.accepted.keys()]).toEqual(["acme/1"]);
});

test("for any other store a 401 says that the order is wrong", async () => {
  await expect(new Traffic(browser).post(store, "2")).rejects.toBeInstanceOf(OrderRefused);
  valid = OLD;
  expect(await new Traffic(browser).post(store, "2")).toBe("acme/2");
});

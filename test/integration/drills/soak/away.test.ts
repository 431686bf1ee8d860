import { mkdtempSync, rmSync } from "node:fs";
import https from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Browser } from "../../../../drills/http.ts";
import { brokeOff } from "../../../../drills/soak/away.ts";
import { type StoreAddress, Traffic } from "../../../../drills/traffic.ts";
import { Authority, newKey } from "../../../../twin/internet/authority.ts";

const folder = mkdtempSync(join(tmpdir(), "order-queue-away-"));
const servers: Server[] = [];
let authority: Authority;

beforeAll(async () => {
  authority = await Authority.open(folder);
});
afterAll(async () => {
  for (const server of servers) await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true });
});

const listening = (server: Server) =>
  new Promise<number>((resolve) => {
    servers.push(server);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

/** Takes orders with a certificate of these names. */
async function shop(...names: string[]): Promise<number> {
  const key = newKey("EC_prime256v1");
  const { certificate } = await authority.issue(names, key, 1);
  return listening(https.createServer({ key, cert: certificate }, (_, response) => response.writeHead(202).end()));
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((closed) => server.close(closed));
  return port;
}

/** What becomes of one look at a store while AWS is said to be away. */
async function seen(port: number) {
  const store: StoreAddress = { stack: "prod-au", name: "acme", url: `https://localhost:${port}/orders` };
  const failed: string[] = [];
  const traffic = new Traffic(new Browser({ NODE_EXTRA_CA_CERTS: authority.file }), {
    isAway: brokeOff,
    handshakeFailed: (_, { code }) => void failed.push(code ?? ""),
  });
  await traffic.look(store);
  const { handshakes, handshakesFailed, away } = traffic.report;
  return { handshakes, handshakesFailed, away, failed };
}

test("a connection that is refused is no handshake", async () => {
  expect(await seen(await closedPort())).toEqual({ handshakes: 0, handshakesFailed: 0, away: 1, failed: [] });
});

test("a connection that breaks off is no handshake", async () => {
  const port = await listening(createServer((socket) => socket.destroy()));
  expect(await seen(port)).toEqual({ handshakes: 0, handshakesFailed: 0, away: 1, failed: [] });
});

test("a certificate of another name is a failed handshake, whether AWS is down or not", async () => {
  const failed = ["ERR_TLS_CERT_ALTNAME_INVALID"];
  expect(await seen(await shop("shop.localhost"))).toEqual({ handshakes: 1, handshakesFailed: 1, away: 0, failed });
});

test("each look is a handshake of its own", async () => {
  expect(await seen(await shop("localhost"))).toEqual({ handshakes: 1, handshakesFailed: 0, away: 0, failed: [] });
  const resumed: boolean[] = [];
  const port = await shop("localhost");
  servers.at(-1)?.on("secureConnection", (socket) => resumed.push(socket.isSessionReused()));
  const browser = new Browser({ NODE_EXTRA_CA_CERTS: authority.file });
  for (let n = 0; n < 3; n++) await browser.request(`https://localhost:${port}/`);
  expect(resumed).toEqual([false, false, false]);
});

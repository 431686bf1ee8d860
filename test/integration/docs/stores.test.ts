/** The examples of docs/stores.md, run as they stand but for the address. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

const root = join(__dirname, "../../..");
const page = readFileSync(join(root, "docs/stores.md"), "utf8");
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const sent: { headers: IncomingHttpHeaders; body: string }[] = [];
const server = createServer(async (request, response) => {
  sent.push({ headers: request.headers, body: await text(request) });
  response.writeHead(202).end('{"accepted":true}');
});
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "order-queue-examples-"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** The first block of a language that signs. */
function example(language: string): string {
  const blocks = [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)];
  const code = blocks.find(([, name, code = ""]) => name === language && code.includes("webhook-signature"))?.[2] ?? "";
  const { port } = server.address() as AddressInfo;
  return code.replaceAll("https://acme.au.orderhub.example", `http://127.0.0.1:${port}`);
}

const isThere = (command: string) => spawnSync(command, ["--version"]).error === undefined;

test.each(
  [
    ["sh", "bash", "example.sh"],
    ["js", join(root, "node_modules/.bin/node"), "example.mjs"],
    ["php", "php", "example.php"],
    ["python", "python3", "example.py"],
  ].filter(([, command = ""]) => isThere(command)),
)("the example in %s sends an order that is signed", async (language, command, file) => {
  sent.length = 0;
  writeFileSync(join(folder, file), example(language));
  const child = spawn(command, [file], { cwd: folder, env: { PATH: process.env.PATH, SECRET } });
  expect(await text(child.stdout)).toContain('{"accepted":true}');
  expect(sent).toHaveLength(1);
  const [{ headers, body } = { headers: {}, body: "" }] = sent;
  expect(headers["content-type"]).toBe("application/json");
  const order = new Webhook(SECRET).verify(body, headers as Record<string, string>);
  expect(order).toEqual({ store: "acme", orderId: "A-1001", payload: { total: "12.50" } });
});

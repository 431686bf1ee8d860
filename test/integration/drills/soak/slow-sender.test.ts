import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { manners } from "../../../../drills/soak/fault.ts";
import { slowly } from "../../../../drills/soak/slow-sender.ts";

const server = createServer();
beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
afterAll(() => new Promise((closed) => server.close(closed)));

/** The headers of the request and the first byte of its body; the server answers after it, or at once. */
async function sent(
  manner: (typeof manners)[number],
): Promise<{ headers: IncomingHttpHeaders; body: string; status: number }> {
  const { send, timeoutMs: _, ...options } = slowly({ body: '{"a":1}', headers: { "webhook-id": "a" } }, manner);
  const { port } = server.address() as AddressInfo;
  const client = request({ port, host: "127.0.0.1", agent: false, ...options });
  client.on("error", () => {});
  send?.(client);
  const [incoming, response] = await once(server, "request");
  const body = String((await once(incoming, "data"))[0]);
  response.writeHead(408, { connection: "close" }).end();
  const [answer] = await once(client, "response");
  answer.resume();
  await once(client, "close");
  return { headers: incoming.headers, body, status: answer.statusCode };
}

test.each([
  ["stalled", { "content-length": "7" }, "{"],
  ["trickling", { "content-length": "7" }, "{"],
  ["chunked", { "transfer-encoding": "chunked" }, "{"],
] as const)("a %s body is sent slowly, and its sender reads the answer", async (manner, headers, body) => {
  expect(await sent(manner)).toMatchObject({
    status: 408,
    body,
    headers: { "content-type": "application/json", "webhook-id": "a", ...headers },
  });
});

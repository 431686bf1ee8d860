import { connect } from "node:tls";
import { ask, certificate, order, PLATFORM, STORE_HOST, until } from "./fixture.ts";
import { endAllInProcess, startIngest } from "./in-process.ts";

afterAll(endAllInProcess);

describe("a store at its concurrency limit", () => {
  test("is answered 429 with Retry-After, while another store's orders are taken", async () => {
    const STORE_HOSTS = JSON.stringify({ acme: [STORE_HOST], bluegum: ["bluegum.au.orderhub.example"] });
    const stored: (() => void)[] = [];
    const put = () => new Promise<string>((resolve) => stored.push(() => resolve("m-1")));
    const { port } = await startIngest({ STORE_HOSTS }, { put });
    const send = (body: string) => ask(port, "POST", "/orders", body, PLATFORM);

    const connection = connect({ port, ca: certificate.ca, servername: certificate.name });
    let answers = "";
    connection.on("data", (data) => {
      answers += data;
    });
    const bodies = Array.from({ length: 500 }, (_, index) => order(`o-${index}`));
    connection.write(bodies.map(requestOf).join(""));
    await until("half of what may be under way", () => stored.length === 500);
    const refused = await send(order("one-more"));
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "1"]);
    expect(refused.body).toEqual({
      error: "order one-more is not accepted: too many orders of acme are under way. Send it again.",
    });
    const other = send(JSON.stringify({ store: "bluegum", orderId: "1", payload: {} }));
    await until("the other store's order", () => stored.length === 501);
    for (const answer of stored) answer();
    expect((await other).status).toBe(202);
    const statuses = await until("500 answers", () => {
      const found = answers.match(/HTTP\/1\.1 \d+/g) ?? [];
      return found.length === 500 && found;
    });
    expect(new Set(statuses)).toEqual(new Set(["HTTP/1.1 202"]));
    connection.destroy();

    const again = send(order("one-more"));
    await until("its place again", () => stored.length === 502);
    stored.at(-1)?.();
    expect((await again).status).toBe(202);
  });
});

/** As it goes over a connection that carries many, one right after the other. */
function requestOf(body: string): string {
  const headers = [`host: ${PLATFORM}`, "content-type: application/json", `content-length: ${body.length}`];
  return `POST /orders HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n${body}`;
}

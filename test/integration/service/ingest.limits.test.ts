import { connect, type TLSSocket } from "node:tls";
import { ORDER_BYTES } from "../../../service/order.ts";
import { ask, certificate, order, PLATFORM, post, STORE_HOST, stores, until } from "./fixture.ts";
import { endAllInProcess, type Ingest, startIngest } from "./in-process.ts";

afterAll(endAllInProcess);

const ERP = "https://erp.acme.example/orders";
const large = { note: "x".repeat(ORDER_BYTES - 200) };

describe("a container with much to read", () => {
  let ingest: Ingest;
  const senders: TLSSocket[] = [];

  beforeAll(async () => {
    ingest = await startIngest(stores(ERP), { put: async () => "m-1" });
  });
  afterAll(() => {
    for (const sender of senders) sender.destroy();
  });

  /** Begins to send an order of the largest size, and goes no further. */
  async function begin(): Promise<void> {
    const sender = connect({ port: ingest.port, ca: certificate.ca, servername: certificate.name });
    senders.push(sender);
    sender.on("error", () => {});
    const headers = `host: ${STORE_HOST}\r\ncontent-type: application/json\r\ncontent-length: ${ORDER_BYTES}`;
    sender.write(`POST /orders HTTP/1.1\r\n${headers}\r\n\r\n{`);
  }

  test("answers 503 with Retry-After before it reads what it has no memory for, and takes orders again after", async () => {
    const fit = Math.floor((32 * 1024 * 1024) / ORDER_BYTES);
    await Promise.all(Array.from({ length: fit }, begin));
    const refused = await until("all to have begun", async () => {
      // One whose place this very question had for a moment was refused itself.
      await begin();
      const answer = await post(ingest.port, "large", large);
      return answer.status === 503 && answer;
    });
    expect(refused.headers["retry-after"]).toBe("5");
    expect(refused.body).toEqual({ error: "this container has as much under way as it can hold: send it again" });
    for (const sender of senders.splice(0)) sender.destroy();
    await until("room again", async () => (await post(ingest.port, "large-again", large)).status === 202);
  }, 60_000);
});

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

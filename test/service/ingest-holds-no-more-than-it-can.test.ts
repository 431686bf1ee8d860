import type { AddressInfo } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { pino } from "pino";
import { createIngest } from "../../service/ingest.ts";
import { ORDER_BYTES } from "../../service/order.ts";
import type { OrderQueue } from "../../service/queue.ts";
import { ingestSettings } from "../../service/settings.ts";
import {
  ask,
  certificate,
  endAll,
  order,
  PLATFORM,
  post,
  type Queues,
  type Service,
  STORE_HOST,
  startQueues,
  startService,
  stores,
  until,
} from "./fixture.ts";

const ERP = "https://erp.acme.example/orders";
const large = { note: "x".repeat(ORDER_BYTES - 200) };

describe("a container with much to read", () => {
  let queues: Queues;
  let ingest: Service;
  const senders: TLSSocket[] = [];

  beforeAll(async () => {
    queues = await startQueues();
    ingest = await startService("ingest", { ...queues.env, ...stores(ERP) });
  });
  afterAll(async () => {
    for (const sender of senders) sender.destroy();
    await endAll();
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

describe("a store that sends more than its share", () => {
  test("is answered 429 with Retry-After, while another store's orders are taken", async () => {
    const env = {
      ...{
        AWS_REGION: "ap-southeast-2",
        RELEASE: "r",
        IMAGE_DIGEST: "sha256:feed",
        PORT: "0",
        PLATFORM_DOMAIN: PLATFORM,
      },
      ...{ QUEUE_URL: "https://sqs/orders.fifo", TLS_KEY: certificate.key, TLS_CERT: certificate.cert },
      STORE_HOSTS: JSON.stringify({ acme: [STORE_HOST], bluegum: ["bluegum.au.orderhub.example"] }),
    };
    const stored: (() => void)[] = [];
    const slow = { put: () => new Promise<string>((resolve) => stored.push(() => resolve("m-1"))) };
    const app = createIngest(ingestSettings(env), slow as unknown as OrderQueue, pino({ enabled: false }));
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    const send = (body: string) => ask(port, "POST", "/orders", body, PLATFORM);

    const taken = Array.from({ length: 500 }, (_, index) => send(order(`o-${index}`)));
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
    expect(new Set((await Promise.all(taken)).map(({ status }) => status))).toEqual(new Set([202]));

    const again = send(order("one-more"));
    await until("its place again", () => stored.length === 502);
    stored.at(-1)?.();
    expect((await again).status).toBe(202);
    await app.close();
  });
});

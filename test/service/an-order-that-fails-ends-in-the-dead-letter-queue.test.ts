import {
  type Erp,
  order,
  type Queues,
  type Service,
  startErp,
  startQueues,
  startService,
  stores,
  until,
} from "./fixture.ts";

let queues: Queues;
let erp: Erp;
let dispatch: Service;

beforeAll(async () => {
  queues = await startQueues(1);
  erp = await startErp();
  dispatch = await startService("dispatch", {
    ...queues.env,
    ...stores(erp.url),
    ERP_ATTEMPTS: "2",
    ERP_TIMEOUT_MS: "200",
  });
});

afterAll(async () => {
  await dispatch?.stop();
  await erp?.close();
  await queues?.stop();
});

test("after maxReceiveCount what cannot be delivered is in the dead-letter queue, and the rest is delivered", async () => {
  erp.answer = (response) => {
    const { key } = erp.posts.at(-1) ?? { key: "" };
    if (key === "acme/good") response.writeHead(204).end();
    else if (key !== "acme/mute") response.writeHead(500).end();
  };
  const unknown = JSON.stringify({ store: "gone", orderId: "1", payload: {} });
  const hopeless = { failing: order("failing"), mute: order("mute"), poison: "not an order", unknown };
  for (const [id, body] of Object.entries(hopeless)) await queues.put(body, id);
  await queues.put(order("good"), "good");

  await until("four dead letters", async () => (await queues.bodies("orders-dead.fifo")).length === 4);
  expect((await queues.bodies("orders-dead.fifo")).sort()).toEqual(Object.values(hopeless).sort());
  expect(await queues.bodies("orders.fifo")).toEqual([]);

  const posts = (key: string) => erp.posts.filter((one) => one.key === key).length;
  expect({ failing: posts("acme/failing"), mute: posts("acme/mute"), good: posts("acme/good") }).toEqual({
    failing: 2,
    mute: 2,
    good: 1,
  });
  const reasons = new Set(dispatch.log.filter(({ reason }) => reason).map(({ reason }) => reason));
  expect([...reasons].sort()).toEqual([
    expect.stringMatching(/^body is wrong: expected a JSON object with store, orderId and payload, got not JSON/),
    "no answer from the ERP within 200 ms",
    "no store gone in STORES",
    "the ERP answered 500",
  ]);
});

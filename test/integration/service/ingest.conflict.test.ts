import { order, post, stores } from "./fixture.ts";
import { endAllInProcess, startIngest, startRegion } from "./in-process.ts";

const ERP = "https://erp.acme.example/orders";

afterEach(endAllInProcess);

test("the same order twice is one on the queue, and 202 both times", async () => {
  const region = await startRegion();
  const { port } = await startIngest({ ...region.env, ...stores(ERP) });
  expect((await post(port, "1")).status).toBe(202);
  expect((await post(port, "1")).status).toBe(202);
  expect(region.bodies("orders.fifo")).toEqual([order("1")]);
});

test("another body under the id of an accepted order is answered 409, and the first stays on the queue", async () => {
  const region = await startRegion();
  const { port } = await startIngest({ ...region.env, ...stores(ERP) });
  expect((await post(port, "1", { total: 1 })).status).toBe(202);
  const second = await post(port, "1", { total: 2 });
  expect(second.status).toBe(409);
  expect(second.body).toEqual({
    error: "order 1 is not accepted: an order with this id and another body was accepted within the last minutes",
    field: "orderId",
    expected: "an id that no other order of acme has",
  });
  expect(region.bodies("orders.fifo")).toEqual([order("1", { total: 1 })]);
});

test("two bodies under one id at the same time: one is accepted, the other answered 409", async () => {
  const region = await startRegion();
  const { port } = await startIngest({ ...region.env, ...stores(ERP) });
  const answers = await Promise.all([1, 2].map((total) => post(port, "1", { total })));
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  expect(region.bodies("orders.fifo")).toHaveLength(1);
});

test("another body that reaches another container is not lost: both are on the queue, in one group", async () => {
  const region = await startRegion();
  const [first, second] = [
    await startIngest({ ...region.env, ...stores(ERP) }),
    await startIngest({ ...region.env, ...stores(ERP) }),
  ];
  expect((await post(first.port, "1", { total: 1 })).status).toBe(202);
  expect((await post(second.port, "1", { total: 2 })).status).toBe(202);
  expect(region.bodies("orders.fifo")).toEqual([order("1", { total: 1 }), order("1", { total: 2 })]);
  const { queues } = region.sqs;
  const messages = queues.messages.last(queues.arn("orders.fifo", "ap-southeast-2"), 10);
  expect(messages.map(({ groupId }) => groupId)).toEqual(["acme/1", "acme/1"]);
});

test("the id of an order that the queue did not take is free for another body", async () => {
  const put = jest.fn(async () => "m-1").mockRejectedValueOnce(new Error("the queue is down"));
  const { port } = await startIngest(stores(ERP), { put });
  expect((await post(port, "1", { total: 1 })).status).toBe(503);
  expect((await post(port, "1", { total: 2 })).status).toBe(202);
});

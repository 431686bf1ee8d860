import { orderReport } from "../../../../../cli/order.ts";
import { type OrderLine, tracesOf } from "../../../../../release/operate/order/trace.ts";

const at = (second: number) => `2026-07-28T10:00:${String(second).padStart(2, "0")}.000Z`;
const line = (second: number, msg: string, fields: object = {}, container = "dispatch t2"): OrderLine => ({
  at: at(second),
  container,
  fields: { msg, store: "acme", orderId: "A-1", ...fields },
});
const accepted = line(1, "order accepted", {}, "ingest t1");
const refused = line(3, "order not delivered", { reason: "the ERP answered 503", hidden: 20, attempts: 3 });

test("an order is traced from the container that accepted it to its ERP, with every post", () => {
  const lines = [line(24, "order delivered", { attempts: 1, status: 200 }), refused, accepted];
  const orders = tracesOf(lines, "A-1");
  expect(orders).toEqual([
    {
      ...{ store: "acme", orderId: "A-1", attempts: 4, location: `at its ERP, since ${at(24)}` },
      events: [
        { at: at(1), container: "ingest t1", what: "order accepted" },
        {
          at: at(3),
          container: "dispatch t2",
          what: "order not delivered",
          reason: "the ERP answered 503",
          attempts: 3,
        },
        { at: at(24), container: "dispatch t2", what: "order delivered", attempts: 1 },
      ],
    },
  ]);
  expect(orderReport({ stack: "prod-au", orderId: "A-1", hours: 48, orders })).toBe(
    `prod-au acme/A-1: at its ERP, since ${at(24)}\n` +
      `  ${at(1)}  ingest t1  order accepted\n` +
      `  ${at(3)}  dispatch t2  order not delivered: the ERP answered 503\n` +
      `  ${at(24)}  dispatch t2  order delivered\n` +
      "  4 posts to its ERP",
  );
});

test.each<[string, OrderLine[], string]>([
  ["accepted alone", [accepted], "on the queue, not posted yet"],
  ["refused by its ERP", [accepted, refused], `on the queue, and is posted again from ${at(23)}`],
  [
    "posted again by its container",
    [line(3, "order not delivered", { againMs: 5_000 })],
    `on the queue, and is posted again from ${at(8)}`,
  ],
  [
    "given back by a stop",
    [accepted, line(4, "order given back: stopping", { hidden: 0 })],
    "on the queue, and is posted again at once",
  ],
  [
    "given up",
    [accepted, line(9, "order given up: it lies in the dead-letter queue", { reason: "the ERP answered 422" })],
    `in the dead-letter queue, since ${at(9)}; npx order-queue redrive moves it`,
  ],
  [
    "not accepted",
    [line(1, "order not accepted: the queue cannot take it", { err: { message: "connect ECONNREFUSED" } })],
    "at its store, which was answered 503 and sends it again",
  ],
  [
    "delivered but not deleted",
    [line(5, "order delivered but not deleted: it will be posted again, with the same key")],
    "at its ERP, and on the queue until it is posted again",
  ],
  [
    "whose ERP came back after its refusal",
    [refused, line(4, "the ERP is back")],
    `on the queue, and is posted again from ${at(23)}`,
  ],
  ["of other lines alone", [line(4, "the ERP is back")], "unknown: no line says where it is"],
])("an order %s is where its last line says", (_what, lines, location) => {
  expect(tracesOf(lines, "A-1").map((trace) => trace.location)).toEqual([location]);
});

test("an id of two stores is two orders, and one that only contains the id is another", () => {
  const lines = [
    accepted,
    line(2, "order accepted", { store: "bluegum" }),
    line(2, "order accepted", { orderId: "A-12" }),
  ];
  expect(tracesOf(lines, "A-1").map(({ store }) => store)).toEqual(["acme", "bluegum"]);
});

test("an order without a line is said to be in none, with what to try", () => {
  expect(orderReport({ stack: "prod-au", orderId: "A-1", hours: 48, orders: [] })).toBe(
    "prod-au: no order A-1 in 48 hours of logs: it never arrived, was refused before its id was read, or is older. " +
      "Fix: npx order-queue order A-1 --stack prod-au --hours 336, or read ingest's log of refusals",
  );
});

import { type Evidence, judge, type SentOrder } from "../../../../drills/soak/judgement.ts";

const order = (id: string, more: Partial<SentOrder> = {}): SentOrder => ({
  key: `acme/${id}`,
  stack: "prod-au",
  erp: "erp.acme.example",
  body: { store: "acme", orderId: id, payload: { total: 42 } },
  inSequence: false,
  accepted: true,
  ...more,
});
const record = (id: string, more = {}) => ({
  host: "erp.acme.example",
  key: `acme/${id}`,
  order: { store: "acme", orderId: id, payload: { total: 42 } },
  attempts: 1,
  ...more,
});
const letter = (id: string, reason?: string) => ({ key: `acme/${id}`, stack: "prod-au", reason });

const judged = (evidence: Partial<Evidence>) =>
  judge({ sent: [], poisoned: new Set(), holding: new Set(), erp: [], dead: [], ...noAnswers, ...evidence });
const noAnswers = { falseOrders: [], meanwhile: [], newSecrets: [], notAuthentic: [] };
const nothing = {
  ordersAccepted: 0,
  ordersDelivered: 0,
  ordersDeadLettered: 0,
  ordersGivenUp: 0,
  ordersLost: 0,
  ordersTwice: 0,
  deliveriesRepeated: 0,
  ordersUnanswered: 0,
  problems: [],
};

test("an order at its ERP, and one that it refuses in the dead-letter queue with its reason, are where they must be", () => {
  expect(
    judged({
      sent: [order("1"), order("2")],
      poisoned: new Set(["acme/2"]),
      erp: [record("1")],
      dead: [letter("2", "the ERP answered 422")],
    }),
  ).toEqual({ ...nothing, ordersAccepted: 2, ordersDelivered: 1, ordersDeadLettered: 1 });
});

test("an order that is nowhere is lost", () => {
  expect(judged({ sent: [order("1")] })).toEqual({
    ...nothing,
    ordersAccepted: 1,
    ordersLost: 1,
    problems: ["acme/1 of prod-au was accepted, and is neither at erp.acme.example nor dead-lettered"],
  });
});

test("posts repeated with the same key are one order", () => {
  expect(judged({ sent: [order("1")], erp: [record("1", { attempts: 3 })] })).toEqual({
    ...nothing,
    ordersAccepted: 1,
    ordersDelivered: 1,
    deliveriesRepeated: 2,
  });
});

test.each([
  [
    "under another key too",
    { erp: [record("1"), record("1", { key: "acme/other" })] },
    "is 2 times at ERPs and 0 times dead-lettered",
  ],
  [
    "at another ERP too",
    { erp: [record("1"), record("1", { host: "erp.bluegum.example" })] },
    "is 2 times at ERPs and 0 times dead-lettered",
  ],
  [
    "dead-lettered too",
    { erp: [record("1")], dead: [letter("1", "the ERP answered 500")] },
    "is 1 times at ERPs and 1 times dead-lettered",
  ],
  [
    "dead-lettered twice",
    { dead: [letter("1", "a"), letter("1", "a")] },
    "is 0 times at ERPs and 2 times dead-lettered",
  ],
])("an order %s is there twice", (_, evidence, problem) => {
  const { ordersTwice, problems } = judged({ sent: [order("1")], ...evidence });
  expect(ordersTwice).toBe(1);
  expect(problems).toContain(`acme/1 of prod-au ${problem}`);
});

test("an order at the wrong ERP alone is lost, and said to be there", () => {
  const { ordersLost, problems } = judged({ sent: [order("1")], erp: [record("1", { host: "erp.bluegum.example" })] });
  expect(ordersLost).toBe(1);
  expect(problems[0]).toContain("acme/1 of prod-au is at erp.bluegum.example");
});

test("an order that arrives as another one is a problem", () => {
  const changed = record("1", { order: { store: "acme", orderId: "1", payload: { total: 43 } } });
  expect(judged({ sent: [order("1")], erp: [changed] }).problems).toEqual([
    "acme/1 of prod-au arrived as another order than was sent",
  ]);
});

test("a dead-lettered message without a reason is not accounted for", () => {
  const { ordersDeadLettered, ordersLost, problems } = judged({ sent: [order("1")], dead: [letter("1")] });
  expect([ordersDeadLettered, ordersLost]).toEqual([0, 0]);
  expect(problems).toEqual(["acme/1 of prod-au is dead-lettered without a reason"]);
});

test("an order that could have been delivered and is dead-lettered is counted", () => {
  expect(judged({ sent: [order("1")], dead: [letter("1", "the ERP answered 500")] })).toEqual({
    ...nothing,
    ordersAccepted: 1,
    ordersDeadLettered: 1,
    ordersGivenUp: 1,
  });
});

test("an order that was never answered is neither accepted nor lost, delivered or not", () => {
  const sent = [order("1", { accepted: false }), order("2", { accepted: false })];
  expect(judged({ sent, erp: [record("1")] })).toEqual({ ...nothing, ordersUnanswered: 2 });
});

test("what no store sent is a problem wherever it is", () => {
  expect(judged({ erp: [record("1")], dead: [letter("2", "a")] }).problems).toEqual([
    "acme/1 is at erp.acme.example, and no store sent it",
    "acme/2 is dead-lettered in prod-au, and no store sent it",
  ]);
});

test("an order of a store in sequence that arrives after one that was sent later is a problem", () => {
  const sent = ["1", "2", "3"].map((id) => order(id, { inSequence: true }));
  const inTurn = [record("1"), record("2"), record("3")];
  const outOfTurn = [record("1"), record("3"), record("2")];
  expect(judged({ sent, erp: inTurn }).problems).toEqual([]);
  expect(judged({ sent, erp: outOfTurn }).problems).toEqual([
    "acme/2 of prod-au is at its ERP after one that was sent later",
  ]);
  expect(judged({ sent: sent.map((one) => ({ ...one, inSequence: false })), erp: outOfTurn }).problems).toEqual([]);
  const unanswered = sent.map((one) => ({ ...one, accepted: one.key !== "acme/2" }));
  expect(judged({ sent: unanswered, erp: outOfTurn }).problems).toEqual([]);
});

describe("an order that ingest has to refuse", () => {
  const refused = {
    key: "acme/1",
    stack: "prod-au",
    flaw: "no signature",
    status: 401,
    expected: 401,
  };
  const there = ["acme/1 of prod-au, with no signature, is at an ERP or dead-lettered"];

  test("is nowhere, and no order of its store", () => {
    expect(judged({ falseOrders: [refused] })).toEqual(nothing);
  });

  test.each([
    ["at an ERP by its key", { erp: [record("1", { order: {} })] }],
    ["at an ERP by what its body says", { erp: [record("1", { key: "acme/2" })] }],
    ["dead-lettered", { dead: [letter("1", "a")] }],
  ])("%s, is a problem", (_, evidence) => {
    expect(judged({ falseOrders: [refused], ...evidence }).problems).toEqual(expect.arrayContaining(there));
  });

  test("answered otherwise is a problem", () => {
    expect(judged({ falseOrders: [{ ...refused, status: 202 }] }).problems).toEqual([
      "acme/1 of prod-au, with no signature, was answered 202; expected 401",
    ]);
  });
});

test("an order that holds up its sequence is given up for that reason, and for no other", () => {
  const evidence = {
    sent: [order("1", { inSequence: true })],
    poisoned: new Set(["acme/1"]),
    holding: new Set(["acme/1"]),
  };
  const why = "the ERP answered 409; it held up the orders behind it, in its store's sequence, for 1 min";
  expect(judged({ ...evidence, dead: [letter("1", why)] }).problems).toEqual([]);
  expect(judged({ ...evidence, dead: [letter("1", "the ERP answered 409")] }).problems).toEqual([
    "acme/1 of prod-au is dead-lettered for another reason than its sequence: the ERP answered 409",
  ]);
});

import { type Answers, judgeAnswers } from "../../../../drills/soak/answers.ts";

const judged = (answers: Partial<Answers>) =>
  judgeAnswers({ falseOrders: [], meanwhile: [], newSecrets: [], notAuthentic: [], ...answers });
const acme = { stack: "prod-au", store: "acme" };

test("an order that ingest has to refuse has the documented status", () => {
  const slow = { key: "acme/1", stack: "prod-au", flaw: "a silent body", status: 408, expected: 408 };
  expect(judged({ falseOrders: [slow] })).toEqual([]);
  expect(judged({ falseOrders: [slow, { ...slow, key: "acme/2", status: 503 }] })).toEqual([
    "acme/2 of prod-au, with a silent body, was answered 503; expected 408",
  ]);
});

test("slow senders stop neither their store's orders nor those of others", () => {
  expect(judged({ meanwhile: [{ ...acme, own: 1, others: 1 }] })).toEqual([]);
  expect(judged({ meanwhile: [{ ...acme, own: 0, others: 0 }] })).toEqual([
    "no order of prod-au acme was accepted while slow senders were connected to its host",
    "no order of another store of prod-au was accepted while slow senders were connected to acme's host",
  ]);
});

describe("a 401 to an order with its store's newest secret", () => {
  const newSecrets = [{ ...acme, at: 1_000 }];

  test.each([1_000, 301_000])("is none of ingest's faults within 5 min of that secret, at %d", (at) => {
    expect(judged({ newSecrets, notAuthentic: [{ ...acme, at }] })).toEqual([]);
  });

  test.each([
    ["later", { ...acme, at: 301_001 }],
    ["before it", { ...acme, at: 999 }],
    ["of another store", { stack: "prod-au", store: "bluegum", at: 1_001 }],
    ["of another stack", { stack: "prod-eu", store: "acme", at: 1_001 }],
  ])("is a problem %s", (_, refusal) => {
    const [problem, ...others] = judged({ newSecrets, notAuthentic: [refusal] });
    expect(problem).toBe(
      `${refusal.stack} ${refusal.store} was answered 401 at ${new Date(refusal.at).toISOString()}, and had no new secret within the 5 min before`,
    );
    expect(others).toEqual([]);
  });
});

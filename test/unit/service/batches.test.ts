import { Batches, type Limits } from "../../../service/batches.ts";
import { ManualClock } from "../../manual-clock.ts";

const limits: Limits = { items: 3, bytes: 10, calls: 1, fullCalls: 1, waitMs: 60_000 };

/** Calls that a test answers one by one, and what each was given. */
function held() {
  const calls: { items: string[]; answer(outcomes?: (string | Error)[]): void; fail(error: Error): void }[] = [];
  const call = (items: string[]) =>
    new Promise<(string | Error)[]>((resolve, reject) => {
      const answer = (outcomes: (string | Error)[] = items.map((item) => item.toUpperCase())) => resolve(outcomes);
      calls.push({ items, answer, fail: reject });
    });
  return { calls, call };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test("what comes in one turn goes out in one call, and each has its own outcome", async () => {
  const { calls, call } = held();
  const batches = new Batches(limits, call);
  const outcomes = [batches.add("a"), batches.add("b")];
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([["a", "b"]]);
  calls[0]?.answer(["A", new Error("b is refused")]);
  await expect(outcomes[0]).resolves.toBe("A");
  await expect(outcomes[1]).rejects.toThrow("b is refused");
});

test("what comes while all calls are under way waits, in order, and fills the next ones", async () => {
  const { calls, call } = held();
  const batches = new Batches({ ...limits, calls: 2, fullCalls: 2 }, call);
  const outcomes = ["a", "b", "c", "d", "e", "f", "g", "h"].map((item) => batches.add(item));
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([
    ["a", "b", "c"],
    ["d", "e", "f"],
  ]);
  calls[1]?.answer();
  await turn();
  expect(calls[2]?.items).toEqual(["g", "h"]);
  calls[0]?.answer();
  calls[2]?.answer();
  expect(await Promise.all(outcomes)).toEqual(["A", "B", "C", "D", "E", "F", "G", "H"]);
});

test("while as many calls as begin at once are under way, further ones begin full, and no more than there may be", async () => {
  const { calls, call } = held();
  const batches = new Batches({ ...limits, items: 2, calls: 1, fullCalls: 3 }, call);
  const outcomes = ["a", "b", "c", "d", "e", "f", "g"].map((item) => batches.add(item));
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([
    ["a", "b"],
    ["c", "d"],
    ["e", "f"],
  ]);
  calls[2]?.answer();
  await turn();
  expect(calls).toHaveLength(3);
  outcomes.push(batches.add("h"));
  await turn();
  expect(calls[3]?.items).toEqual(["g", "h"]);
  for (const { answer } of calls) answer();
  expect(await Promise.all(outcomes)).toEqual(["A", "B", "C", "D", "E", "F", "G", "H"]);
});

test("a batch that has all the bytes that it may is full", async () => {
  const { calls, call } = held();
  const batches = new Batches({ ...limits, fullCalls: 2 }, call, (item) => item.length);
  for (const item of ["1", "123456", "12345"]) {
    void batches.add(item);
    await turn();
  }
  expect(calls.map(({ items }) => items)).toEqual([["1"], ["123456"]]);
  for (const { answer } of calls) answer();
});

test("a call holds no more bytes than it may, and one item in any case", async () => {
  const { calls, call } = held();
  const batches = new Batches({ ...limits, calls: 9, fullCalls: 9 }, call, (item) => item.length);
  for (const item of ["123456", "1234", "1", "1234567890", "1"]) void batches.add(item);
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([["123456", "1234"], ["1"], ["1234567890"], ["1"]]);
  for (const { answer } of calls) answer();
});

test("a call that fails has failed for all of its items and for no other", async () => {
  const { calls, call } = held();
  const batches = new Batches({ ...limits, items: 2, calls: 2, fullCalls: 2 }, call);
  const outcomes = Promise.allSettled(["a", "b", "c"].map((item) => batches.add(item)));
  await turn();
  calls[0]?.fail(new Error("the queue is down"));
  calls[1]?.answer();
  expect(
    (await outcomes).map((outcome) => (outcome.status === "rejected" ? outcome.reason.message : outcome.value)),
  ).toEqual(["the queue is down", "the queue is down", "C"]);
});

test("an item whose call does not begin in time is refused, and never sent", async () => {
  const { calls, call } = held();
  const clock = new ManualClock();
  const batches = new Batches({ ...limits, items: 1, waitMs: 2_000 }, call, undefined, clock);
  const first = batches.add("a");
  let failure: Error | undefined;
  batches.add("late").catch((error: Error) => {
    failure = error;
  });
  await clock.run(1_999);
  expect(failure).toBeUndefined();
  await clock.run(1);
  expect(failure).toEqual(new Error("no call began within 2000 ms: 1 are under way"));
  calls[0]?.answer();
  expect(await first).toBe("A");
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([["a"]]);
});

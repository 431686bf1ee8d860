import { pino } from "pino";
import { Leases } from "../../../service/leases.ts";
import type { Received } from "../../../service/queue.ts";
import { ManualClock } from "../../manual-clock.ts";

let clock: ManualClock;
/** Seconds by handle, in the order of the calls. */
let changes: [string, number][];
let leases: Leases;

beforeEach(() => {
  clock = new ManualClock();
  changes = [];
  const changeVisibility = async ({ handle }: Received, seconds: number) => void changes.push([handle, seconds]);
  leases = new Leases({ changeVisibility }, pino({ level: "silent" }), clock);
});

const message = (messageId: string, handle = `${messageId}-1`, groupId = messageId): Received => ({
  ...{ messageId, handle, groupId, body: "", receives: 1, sentAt: 0, attributes: {} },
});

test("a message that is held is invisible for 15 s, renewed every 5 s, until its lease is ended", async () => {
  const held = message("a");
  expect(leases.take(held)).toBe(true);
  await clock.run(10_000);
  expect(changes).toEqual([
    ["a-1", 15],
    ["a-1", 15],
  ]);
  await leases.end(held);
  await clock.run(10_000);
  expect([changes.length, leases.messageIds]).toEqual([2, []]);
});

test("one that is received again while it is held is not taken twice, and its new handle is used from then on", async () => {
  const held = message("a");
  leases.take(held);
  expect(leases.take({ ...message("a", "a-2"), receives: 2 })).toBe(false);
  expect(held).toMatchObject({ handle: "a-2", receives: 2 });
  await clock.run(5_000);
  await leases.giveBack([held], 7);
  expect(changes).toEqual([
    ["a-2", 15],
    ["a-2", 7],
  ]);
});

test("a group is held while any message of it is", async () => {
  const [first, second] = [message("a", "a-1", "acme"), message("b", "b-1", "acme")];
  for (const one of [first, second]) leases.take(one);
  await leases.end(first);
  expect([leases.holdsGroup("acme"), leases.holdsGroup("bluegum")]).toEqual([true, false]);
  await leases.end(second);
  expect(leases.holdsGroup("acme")).toBe(false);
});

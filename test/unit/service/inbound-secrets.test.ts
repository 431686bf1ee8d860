import { InboundSecrets } from "../../../service/inbound-secrets.ts";
import { startLog } from "../../integration/service/in-process.ts";
import { ManualClock } from "../../manual-clock.ts";

const KEY = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(32, 2).toString("base64")}`;
const MINUTE = 60_000;
const valueWith = (...signing: string[]) => JSON.stringify({ signing });
const secretsOf = (...signing: string[]) => ({ signing, bearer: [] });

/** Secrets Manager with one value, which a test may change or make fail. */
function start() {
  const clock = new ManualClock();
  const { log, logger } = startLog("ingest");
  const asked: string[] = [];
  const manager = {
    value: valueWith(KEY) as string | undefined | Error,
    fetch: async (name: string) => {
      asked.push(name);
      if (manager.value instanceof Error) throw manager.value;
      return manager.value;
    },
  };
  return {
    clock,
    log,
    asked,
    manager,
    secrets: new InboundSecrets("order-queue/prod-au", manager.fetch, logger, clock),
  };
}

test("a store's secret is fetched once by its name, and kept for 5 minutes", async () => {
  const { secrets, asked, clock } = start();
  expect(await Promise.all([secrets.of("acme"), secrets.of("acme")])).toEqual([secretsOf(KEY), secretsOf(KEY)]);
  clock.pass(5 * MINUTE - 1);
  await secrets.of("acme");
  expect(asked).toEqual(["order-queue/prod-au/acme/inbound"]);
});

test("after 5 minutes it is fetched again, while the one that is kept still counts", async () => {
  const { secrets, asked, clock, manager } = start();
  await secrets.of("acme");
  clock.pass(5 * MINUTE);
  manager.value = valueWith(OTHER, KEY);
  expect(await secrets.of("acme")).toEqual(secretsOf(KEY));
  await new Promise(setImmediate);
  expect(await secrets.of("acme")).toEqual(secretsOf(OTHER, KEY));
  expect(asked).toHaveLength(2);
});

test.each([
  ["Secrets Manager does not answer", new Error("connect ECONNREFUSED"), "connect ECONNREFUSED"],
  ["the secret was deleted", undefined, "there is no such secret"],
  [
    "its value is wrong",
    '{"signing": ["hunter2"]}',
    'its value is not {"signing": ["whsec_…"], "bearer": ["…"]}, one or two of either',
  ],
  [
    "it has three keys",
    valueWith(KEY, OTHER, KEY),
    'its value is not {"signing": ["whsec_…"], "bearer": ["…"]}, one or two of either',
  ],
  ["it has no key", "{}", 'its value is not {"signing": ["whsec_…"], "bearer": ["…"]}, one or two of either'],
])(
  "when %s, the last good one counts for as long as it takes, and the failure is logged without the value",
  async (_what, value, reason) => {
    const { secrets, clock, manager, log, asked } = start();
    await secrets.of("acme");
    manager.value = value;
    for (let minute = 0; minute < 60; minute += 1) {
      clock.pass(MINUTE);
      expect(await secrets.of("acme")).toEqual(secretsOf(KEY));
      await new Promise(setImmediate);
    }
    expect(asked).toHaveLength(1 + 56);
    const line = {
      msg: "secret not fetched",
      store: "acme",
      secret: "order-queue/prod-au/acme/inbound",
      reason,
      kept: true,
    };
    expect(log[0]).toMatchObject(line);
  },
);

test("where there was none yet, it is asked for again after 5 s, and not before", async () => {
  const { secrets, clock, manager, asked } = start();
  manager.value = new Error("throttled");
  expect(await secrets.of("acme")).toBeUndefined();
  manager.value = valueWith(KEY);
  clock.pass(4_999);
  expect(await secrets.of("acme")).toBeUndefined();
  clock.pass(1);
  expect(await secrets.of("acme")).toEqual(secretsOf(KEY));
  expect(asked).toHaveLength(2);
});

test("a secret that may have been replaced is fetched at once, and no more often than every 30 s", async () => {
  const { secrets, clock, manager, asked } = start();
  await secrets.of("acme");
  manager.value = valueWith(OTHER);
  expect(await secrets.renewed("acme")).toEqual(secretsOf(KEY));
  clock.pass(30_000);
  expect(await secrets.renewed("acme")).toEqual(secretsOf(OTHER));
  expect(await secrets.renewed("acme")).toEqual(secretsOf(OTHER));
  expect(asked).toHaveLength(2);
});

import { type Erp, endAll, order, startErp, stores } from "./fixture.ts";
import { type Dispatch, endAllInProcess, type Region, startDispatch, startRegion } from "./in-process.ts";

let region: Region;
let erp: Erp;
let dispatch: Dispatch;

beforeAll(async () => {
  region = await startRegion();
  erp = await startErp(region.clock.now);
  const limits = { ERP_ATTEMPTS: "1", ERP_TIMEOUT_MS: "2000", OWN_FAULT_SECONDS: "10" };
  dispatch = startDispatch(region, { ...stores(erp.url), ...limits });
});

afterAll(async () => {
  await endAllInProcess();
  await endAll();
});

test("what cannot be delivered is given up with its reason, once its ERP has answered others, and the rest is delivered", async () => {
  erp.answer = (response) => {
    const { key } = erp.posts.at(-1) ?? { key: "" };
    if (key.startsWith("acme/good")) response.writeHead(204).end();
    else if (key === "acme/refused") response.writeHead(422).end();
    else if (key !== "acme/mute") response.writeHead(500).end();
  };
  const unknown = JSON.stringify({ store: "gone", orderId: "1", payload: {} });
  const hopeless: Record<string, string> = {
    failing: order("failing"),
    mute: order("mute"),
    refused: order("refused"),
    poison: "not an order",
    unknown,
  };
  for (const [id, body] of Object.entries(hopeless)) region.put(body, id);

  // A good order now and then is what proves that the ERP lives.
  let sent = 0;
  const fiveDead = () => {
    sent += 1;
    region.put(order(`good-${sent}`), `good-${sent}`);
    return region.deadLetters().length === 5;
  };
  await region.clock.until("five dead-lettered messages", fiveDead, { within: 60_000, step: 500 });
  await region.emptied();

  const reasons = Object.fromEntries(region.deadLetters().map(({ group, body, reason }) => [group, [body, reason]]));
  expect(reasons).toEqual({
    failing: [hopeless.failing, "the ERP answered 500"],
    mute: [hopeless.mute, "no answer from the ERP within 2000 ms"],
    refused: [hopeless.refused, "the ERP answered 422"],
    poison: ["not an order", expect.stringMatching(/^the message is no order: body is wrong: .*got not JSON/)],
    unknown: [unknown, "no store gone in STORE_ERPS"],
  });
  const posts = (key: string) => erp.posts.filter((one) => one.key === key).length;
  expect(posts("acme/good-1")).toBe(1);
  expect(posts("acme/refused")).toBe(3);
  expect(dispatch.log.filter(({ msg }) => msg === "order given up: it lies in the dead-letter queue")).toHaveLength(5);
});

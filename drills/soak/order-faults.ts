/** Faults of those who send orders: stores, and others who are none. */
import { randomBytes, randomUUID } from "node:crypto";
import { storeSecret } from "../../release/operate/store-secret/store-secret.ts";
import type { Asked } from "../http.ts";
import { signed } from "../signing.ts";
import { orderOf } from "../traffic.ts";
import type { Flaw } from "./fault.ts";
import { NotRecovered, type Running } from "./running.ts";
import type { Puts } from "./scene.ts";
import type { Shop } from "./shops.ts";
import { slowly } from "./slow-sender.ts";

type Kinds = "duplicate" | "poison" | "slowSenders" | "wrongSignature" | "secretRotation";

/** Orders that are accepted before a former secret is withdrawn, and after it: more than there are containers of ingest. */
const SIGNED_ORDERS = 4;

export const orderFaults: Puts<Kinds> = {
  async duplicate({ stack, store, which, times }, { running, poisoned }) {
    const shop = running.shop(stack, store);
    // A dead-lettered order that is sent again after SQS's five minutes is a second message, rightly.
    const deliverable = shop.accepted.filter((orderId) => !poisoned.has(`${store}/${orderId}`));
    const orderId = deliverable[Math.floor(which * deliverable.length)];
    if (orderId === undefined) throw new Error(`${stack} ${store} has had no order accepted yet`);
    await Promise.all(Array.from({ length: times }, () => running.traffic.post(shop, orderId)));
  },

  async poison({ stack, store, status }, { running, poisoned }) {
    const shop = running.shop(stack, store);
    const orderId = randomUUID();
    const key = `${store}/${orderId}`;
    poisoned.add(key);
    await running.control.refuseOrder(shop.erp, key, status);
    await running.traffic.post(shop, orderId);
  },

  async slowSenders({ stack, store, connections, manner }, { running, falseOrders, meanwhile }) {
    const shop = running.shop(stack, store);
    const before = acceptedIn(running, shop);
    const answers = await Promise.all(
      Array.from({ length: connections }, async () => {
        const orderId = randomUUID();
        const order = signed(shop, orderOf(shop, orderId), shop.secret);
        const answer = await running.traffic.ask(shop, shop.url, slowly(order, manner));
        return { key: `${store}/${orderId}`, status: answer?.status };
      }),
    );
    const after = acceptedIn(running, shop);
    for (const { key, status } of answers) {
      if (status === undefined) throw new NotRecovered(`a slow sender of ${stack} ${store} was not answered`);
      falseOrders.push({ key, stack, flaw: `a body that is ${manner}`, status, expected: 408 });
    }
    meanwhile.push({ stack, store, own: after.own - before.own, others: after.others - before.others });
  },

  async wrongSignature({ stack, store, flaw }, { running, falseOrders }) {
    const shop = running.shop(stack, store);
    const orderId = randomUUID();
    await running.until(`an order of ${stack} ${store} with ${flaw} is answered`, async () => {
      const status = (await running.traffic.ask(shop, shop.url, flawed(running, shop, orderId, flaw)))?.status;
      // The queue, the container or AWS is down for any order.
      if (status === undefined || status >= 500 || status === 429) return false;
      falseOrders.push({ key: `${store}/${orderId}`, stack, flaw, status, expected: 401 });
      return true;
    });
  },

  async secretRotation({ stack, store }, { running, newSecrets }) {
    const shop = running.shop(stack, store);
    const change = (retire: boolean) =>
      storeSecret(running.local.location, stack, store, { kind: "signing", retire, yes: true });
    const { key } = await change(false);
    if (key === undefined) throw new Error(`${stack} ${store} has no new secret`);
    shop.secret = key;
    newSecrets.push({ stack, store, at: Date.now() });
    await accepts(running, shop);
    await change(true);
    await accepts(running, shop);
  },
};

/** Resolves when some more orders of the store are accepted. @throws {NotRecovered} */
function accepts(running: Running, shop: Shop): Promise<void> {
  const enough = shop.accepted.length + SIGNED_ORDERS;
  const what = `${SIGNED_ORDERS} more orders of ${shop.stack} ${shop.name} are accepted`;
  return running.until(what, () => shop.accepted.length >= enough);
}

/** How many orders of the store, and of the others of its stack, are accepted. */
function acceptedIn(running: Running, shop: Shop): { own: number; others: number } {
  const others = running.othersOf(shop);
  return { own: shop.accepted.length, others: others.reduce((sum, { accepted }) => sum + accepted.length, 0) };
}

/** An order as one sends it who is not the store, or who sends what the store sent long ago. */
function flawed(running: Running, shop: Shop, orderId: string, flaw: Flaw): Asked {
  const order = orderOf(shop, orderId);
  const by = (secret: string, at?: Date) => signed(shop, order, secret, at);
  switch (flaw) {
    case "another secret":
      return by(`whsec_${randomBytes(32).toString("base64")}`);
    case "another store's secret": {
      const [other] = running.othersOf(shop);
      if (!other) throw new Error(`${shop.stack} has no store but ${shop.name}`);
      return by(other.secret);
    }
    case "an old timestamp":
      return by(shop.secret, new Date(Date.now() - 6 * 60_000));
    case "no signature":
      return { body: JSON.stringify(order) };
  }
}

/** Rules about orders: ERPs, the queue and its dead-letter queue. */
import type { Facts } from "../facts.ts";
import type { Found } from "./rule.ts";

/** Seconds an order may wait: twice what one receive takes with all its attempts at an ERP (infra/queue.ts). */
const oldSeconds = 240;

/** Stores whose orders were not delivered, with the number of failures and the last reason. */
export function erpFails({ erps }: Facts): Found {
  if (erps.length === 0) return undefined;
  const stores = erps.map(({ store }) => store);
  return {
    what: `The ERP of ${stores.join(" and ")} accepts no orders.`,
    evidence: erps.map(
      ({ store, failures, reason, at }) => `${store}: ${failures} × not delivered, last at ${at}: ${reason}`,
    ),
    fix: "contact the operator of that ERP; its orders stay in the queue and are retried, other stores are not affected.",
  };
}

/** Messages in the dead-letter queue, with the orders and reasons that the logs have. */
export function deadLetters({ stack, queue, givenUp }: Facts): Found {
  if (!queue || queue.deadLetters === 0) return undefined;
  return {
    what: "Orders are in the dead-letter queue after their last attempt.",
    evidence: [
      `${queue.deadLetters} dead-lettered messages`,
      ...givenUp.map(({ order, reason, at }) => `${order}, at ${at}: ${reason}`),
    ],
    fix:
      `npx order-queue redrive ${stack} lists stores, orders and reasons; when the store's ERP accepts orders, ` +
      "call it with --store and --yes.",
  };
}

/** A queue that grew by more than 10 messages, or whose oldest order is older than its alarm allows. */
export function queueGrows({ queue }: Facts): Found {
  if (!queue) return undefined;
  const { visible, visibleBefore, oldestSeconds = 0 } = queue;
  const grows = visibleBefore !== undefined && visible > visibleBefore + 10;
  if (!grows && oldestSeconds <= oldSeconds) return undefined;
  return {
    what: "Orders wait: the queue receives more than dispatch delivers.",
    evidence: [
      `${visible} in the queue${grows ? `, ${visibleBefore} some minutes ago` : ""}`,
      ...(oldestSeconds > oldSeconds ? [`the oldest has waited for ${oldestSeconds} s`] : []),
    ],
    fix: "check that dispatch runs and scales (its maximum is a setting), and which ERP is slow.",
  };
}

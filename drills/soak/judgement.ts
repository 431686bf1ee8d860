/** What must be where after a soak. Pure: everything it judges by is handed to it. */
import { isDeepStrictEqual } from "node:util";
import { type Answers, judgeAnswers } from "./answers.ts";

/** An order that a store sent. */
export interface SentOrder {
  /** Idempotency key. */
  key: string;
  stack: string;
  /** Host of its ERP. */
  erp: string;
  body: unknown;
  /** Whether it has to be at its ERP before what its store sent later, once it was accepted. */
  inSequence: boolean;
  /** Whether the store was answered 2xx. */
  accepted: boolean;
}

/** An order that an ERP has. */
export interface ErpRecord {
  host: string;
  key: string;
  order: unknown;
  /** Posts of it that the ERP took. */
  attempts: number;
}

/** An order in a dead-letter queue. */
export interface DeadLetter {
  key: string;
  stack: string;
  /** Why it could not be delivered; undefined where the message has none. */
  reason: string | undefined;
}

export interface Evidence extends Answers {
  /** Those of a store in the order in which it sent them. */
  sent: readonly SentOrder[];
  /** Keys of orders that their ERP refuses for good. */
  poisoned: ReadonlySet<string>;
  /** Those of them, of stores in sequence, that it answers with 409. */
  holding: ReadonlySet<string>;
  /** In the order in which they first arrived. */
  erp: readonly ErpRecord[];
  dead: readonly DeadLetter[];
}

export interface Judgement {
  ordersAccepted: number;
  /** Of the accepted ones, those that are at their ERP. */
  ordersDelivered: number;
  /** Of the accepted ones, those in the dead-letter queue with their reason. */
  ordersDeadLettered: number;
  /** Of these, the ones that no ERP refuses for good: they met too many faults. */
  ordersGivenUp: number;
  /** Accepted, and nowhere. */
  ordersLost: number;
  /** At ERPs by more than one key or at more than one ERP, in a dead-letter queue more than once, or in both. */
  ordersTwice: number;
  /** Posts of orders that the ERP had already, with the same key: one order, by the contract with ERPs. */
  deliveriesRepeated: number;
  /** Sent, never answered 2xx: neither accepted nor lost, wherever they are. */
  ordersUnanswered: number;
  /** What is not as it must be, a line each. */
  problems: string[];
}

/** In the reason of an order that was given up for the sake of its sequence (service/retry-policy.ts). */
const HELD_UP = "held up the orders behind it";

/** Who an order is, by what its body says. */
const identityOf = (order: unknown): string => {
  const { store, orderId } = (order ?? {}) as { store?: unknown; orderId?: unknown };
  return `${store}/${orderId}`;
};

/** Accounts for every order; each order that is not where it must be is a line of `problems`. */
export function judge(evidence: Evidence): Judgement {
  const { sent, poisoned, holding, falseOrders, erp, dead } = evidence;
  const records = Map.groupBy(erp, ({ order }) => identityOf(order));
  const letters = Map.groupBy(dead, ({ key }) => key);
  const problems: string[] = [];
  const [accepted, unanswered] = [sent.filter((order) => order.accepted), sent.filter((order) => !order.accepted)];
  const count = { delivered: 0, deadLettered: 0, givenUp: 0, lost: 0, twice: 0 };

  for (const order of sent) {
    const { key, stack, body } = order;
    const [at, given] = [records.get(key) ?? [], letters.get(key) ?? []];
    const right = at.filter((record) => record.host === order.erp && record.key === key);
    for (const { host, order: arrived } of at.filter((record) => !right.includes(record)))
      problems.push(`${key} of ${stack} is at ${host} under another key, or it is not its ERP: ${identityOf(arrived)}`);
    if (right.some(({ order: arrived }) => !isDeepStrictEqual(arrived, body)))
      problems.push(`${key} of ${stack} arrived as another order than was sent`);
    if (at.length + given.length > 1) {
      count.twice++;
      problems.push(`${key} of ${stack} is ${at.length} times at ERPs and ${given.length} times dead-lettered`);
    }
    if (!order.accepted) continue;
    if (right.length > 0) {
      count.delivered++;
      if (poisoned.has(key)) problems.push(`${key} of ${stack} is one that its ERP refuses, and is there`);
    } else if (given[0]) {
      const { reason } = given[0];
      if (reason === undefined) problems.push(`${key} of ${stack} is dead-lettered without a reason`);
      else count.deadLettered++;
      if (holding.has(key) && !reason?.includes(HELD_UP))
        problems.push(`${key} of ${stack} is dead-lettered for another reason than its sequence: ${reason}`);
      if (!poisoned.has(key)) count.givenUp++;
    } else {
      count.lost++;
      problems.push(`${key} of ${stack} was accepted, and is neither at ${order.erp} nor dead-lettered`);
    }
  }

  for (const { key, stack, flaw } of falseOrders)
    if (records.has(key) || letters.has(key) || erp.some((record) => record.key === key))
      problems.push(`${key} of ${stack}, with ${flaw}, is at an ERP or dead-lettered`);
  const known = new Set([...sent, ...falseOrders].map(({ key }) => key));
  for (const { key, host } of erp) if (!known.has(key)) problems.push(`${key} is at ${host}, and no store sent it`);
  for (const { key, stack } of dead)
    if (!known.has(key)) problems.push(`${key} is dead-lettered in ${stack}, and no store sent it`);
  problems.push(...outOfSequence(accepted, erp), ...judgeAnswers(evidence));

  return {
    ordersAccepted: accepted.length,
    ordersDelivered: count.delivered,
    ordersDeadLettered: count.deadLettered,
    ordersGivenUp: count.givenUp,
    ordersLost: count.lost,
    ordersTwice: count.twice,
    deliveriesRepeated: erp.reduce((sum, { attempts }) => sum + attempts - 1, 0),
    ordersUnanswered: unanswered.length,
    problems,
  };
}

/** The first order of each store in sequence that is at its ERP before one that was sent earlier. */
function outOfSequence(accepted: readonly SentOrder[], erp: readonly ErpRecord[]): string[] {
  const stores = Map.groupBy(
    accepted.filter(({ inSequence }) => inSequence),
    (order) => `${order.stack} ${order.erp}`,
  );
  return [...stores.values()].flatMap((orders) => {
    const places = new Map(orders.map(({ key }, place) => [key, place]));
    const host = orders[0]?.erp;
    const arrived = erp.filter((record) => record.host === host && places.has(record.key)).map(({ key }) => key);
    const late = arrived.find((key, at) => (places.get(key) ?? 0) < (places.get(arrived[at - 1] ?? "") ?? 0));
    return late === undefined ? [] : [`${late} of ${orders[0]?.stack} is at its ERP after one that was sent later`];
  });
}

import type { Erp } from "../internet/erp.ts";
import type { Queues } from "../services/sqs/queues.ts";
import type { OrderStatus } from "./documents.ts";

const shown = 20;

/** The last orders, the newest first. Messages without a group are no orders. */
export function lastOrders(queues: Queues, erp: Erp): OrderStatus[] {
  const waiting = queues.list().flatMap(({ arn, name }) =>
    queues.messages.last(arn, shown).flatMap(({ groupId, sentAt, receives }): OrderStatus[] => {
      const state = receives === 0 ? "waiting" : "taken";
      const at = new Date(sentAt).toISOString();
      return groupId === null ? [] : [{ key: groupId, state, where: name, at, attempts: receives }];
    }),
  );
  const arrived = erp.lastOrders(shown).map(({ key, host, receivedAt, attempts }): OrderStatus => {
    return { key, state: "arrived", where: host, at: receivedAt, attempts };
  });
  return [...waiting, ...arrived].sort((a, b) => b.at.localeCompare(a.at)).slice(0, shown);
}

import { type FoundOrder, findOrder } from "../release/operate/order/order.ts";
import { openToRead } from "./open-location.ts";
import { finish, type Output, say } from "./output.ts";

/** `order-queue order ID --stack STACK`; exit code 1 where no log line has the order. */
export async function orderCommand(
  state: string,
  orderId: string,
  { stack, hours, json }: Output & { stack: string; hours: number },
) {
  const found = await findOrder(await openToRead(state), stack, orderId, hours);
  say(orderReport(found));
  finish(found.orders.length > 0, found, json);
}

/** Each order with where it is, and its events. */
export function orderReport({ stack, orderId, hours, orders }: FoundOrder): string {
  if (orders.length === 0)
    return (
      `${stack}: no order ${orderId} in ${hours} hours of logs: it never arrived, was refused before its id was read, or is older. ` +
      `Fix: npx order-queue order ${orderId} --stack ${stack} --hours ${hours * 7}, or read ingest's log of refusals`
    );
  return orders
    .flatMap(({ store, events, attempts, location }) => [
      `${stack} ${store}/${orderId}: ${location}`,
      ...events.map(
        ({ at, container, what, reason }) =>
          `  ${at}  ${container}  ${what}${reason === undefined ? "" : `: ${reason}`}`,
      ),
      `  ${attempts} ${attempts === 1 ? "post" : "posts"} to its ERP`,
    ])
    .join("\n");
}

/** How the stores of a twin sign their orders: with the secrets that it is started with (local.ts). */
import { createHash } from "node:crypto";
import { Webhook } from "standardwebhooks";

/** A store of a stack. */
export interface Signer {
  stack: string;
  name: string;
}

/** The value of a store's secret on a twin: the same on each, and known to nothing else. */
export function secretOf({ stack, name }: Signer): { signing: [string]; bearer: [string] } {
  const key = createHash("sha256").update(`${stack} ${name} of the twin`).digest("base64");
  return { signing: [`whsec_${key}`], bearer: [`bearer-key-of-the-twin-${stack}-${name}`] };
}

/** What a request of an order has: its body, and the headers that sign it under the order's id. */
export function signed(
  store: Signer,
  order: { store: string; orderId: string; payload: object },
  secret: string = secretOf(store).signing[0],
  at = new Date(),
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify(order);
  const headers = {
    "webhook-id": order.orderId,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(order.orderId, at, body),
  };
  return { body, headers };
}

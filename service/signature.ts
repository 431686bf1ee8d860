/** Signs synthetic orders as a store signs its own: by Standard Webhooks, with the secret of the store `synthetic`. */
import { Webhook } from "standardwebhooks";
import type { InboundSecrets } from "./inbound-secrets.ts";
import { SYNTHETIC } from "./order.ts";

/** Headers of a body under an id. `renew` is for after a 401: the secret may have been replaced. */
export interface Sign {
  /** @throws Error where the secret cannot be had now */
  headers(id: string, text: string): Promise<Record<string, string>>;
  renew(): Promise<unknown>;
}

/** Signs with the first key of the secret, as it was last fetched. */
export function signer(secrets: Pick<InboundSecrets, "of" | "renewed">): Sign {
  return {
    async headers(id, text) {
      const [secret] = (await secrets.of(SYNTHETIC))?.signing ?? [];
      if (secret === undefined) throw new Error("not sent: the secret of synthetic orders was not fetched");
      const at = new Date();
      return {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(secret).sign(id, at, text),
      };
    },
    renew: () => secrets.renewed(SYNTHETIC),
  };
}

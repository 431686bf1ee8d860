/** Faults of stores' ERPs. */
import { randomUUID } from "node:crypto";
import type { ErpMode } from "../control.ts";
import type { OfStore } from "./fault.ts";
import type { Puts, Scene } from "./scene.ts";

type Kinds = "erpFails" | "erpConflicts" | "erpErrsIn200" | "erpHangs" | "erpSlow" | "erpNameHangs" | "sequenceHeld";

export const erpFaults: Puts<Kinds> = {
  erpFails: ({ status, ...fault }, scene) => trouble(fault, { mode: "status", status }, scene),
  erpConflicts: (fault, scene) => trouble(fault, { mode: "status", status: 409 }, scene),
  erpErrsIn200: (fault, scene) => trouble(fault, { mode: "status", status: 200 }, scene),
  erpHangs: (fault, scene) => trouble(fault, { mode: "hang" }, scene),
  erpSlow: ({ milliseconds, ...fault }, scene) => trouble(fault, { mode: "slow", milliseconds }, scene),

  async erpNameHangs({ stack, store, requests }, { running }) {
    const { control } = running;
    const shop = running.shop(stack, store);
    const [other] = running.othersOf(shop);
    await control.hangName(shop.erp, true);
    try {
      // Without that, orders need its name only once its connections have been idle.
      await control.disconnectErp(shop.erp);
      const enough = async () => ((await control.unanswered(shop.erp)) ?? 0) >= requests;
      await running.until(`the name of ${shop.erp} is asked for ${requests} times in vain`, enough);
      if (other) await running.works(other);
    } finally {
      await control.hangName(shop.erp, false);
    }
    await running.works(shop);
  },

  async sequenceHeld({ stack, store }, { running, poisoned, holding }) {
    const shop = running.shop(stack, store);
    const orderId = randomUUID();
    const key = `${store}/${orderId}`;
    poisoned.add(key);
    holding.add(key);
    await running.control.refuseOrder(shop.erp, key, 409);
    await running.traffic.post(shop, orderId);
    await running.works(shop);
    // An order that the queue had before it may have been the first.
    await running.works(shop);
  },
};

/** Until so many requests have met the failure. */
async function trouble(
  { stack, store, requests }: OfStore & { requests: number },
  mode: ErpMode,
  { running }: Scene,
): Promise<void> {
  const { control } = running;
  const shop = running.shop(stack, store);
  await control.setErp(shop.erp, mode);
  try {
    const enough = async () => (await control.erp(shop.erp)).met >= requests;
    await running.until(`${requests} requests meet the trouble of ${shop.erp}`, enough);
  } finally {
    await control.setErp(shop.erp, { mode: "ok" });
  }
  await running.works(shop);
}

/** The stores of the stacks, by the settings of a project. */
import { readStackFiles } from "../../stacks/files.ts";
import type { Copy } from "../base.ts";
import { secretOf } from "../signing.ts";
import { orderOf, type StoreAddress } from "../traffic.ts";
import type { Ground } from "./fault.ts";
import type { SentOrder } from "./judgement.ts";

/** A store of a stack. */
export interface Shop extends StoreAddress {
  hostname: string;
  /** Host of its ERP. */
  erp: string;
  inSequence: boolean;
  /** With what it signs its orders now. */
  secret: string;
  /** Ids of its orders: those it posted, and those that were accepted, in their order. */
  sent: Set<string>;
  accepted: string[];
}

/** Where faults of a project's stacks can be injected. */
export function groundOf(project: string): Ground {
  const settings = [...readStackFiles(project)];
  return {
    stacks: settings.map(([name, { domain, stores }]) => ({
      name,
      stores: stores.map(({ name: store, hostname, inSequence, erpSuccess }) => ({
        name: store,
        platform: hostname.endsWith(`.${domain}`),
        inSequence,
        successRule: erpSuccess !== undefined,
      })),
    })),
  };
}

/** The stores of all stacks, as they were deployed. */
export function shopsOf({ project, deployed }: Copy): Shop[] {
  const settings = readStackFiles(project);
  return deployed.flatMap(({ stack, stores }) =>
    stores.map((store) => {
      const found = settings.get(stack)?.stores.find(({ name }) => name === store.name);
      if (found === undefined) throw new Error(`the settings of ${stack} have no store ${store.name}`);
      const { erp, inSequence } = found;
      const hostname = new URL(store.url).hostname;
      const secret = secretOf(store).signing[0];
      const orders = { sent: new Set<string>(), accepted: [] };
      return { ...store, hostname, erp: new URL(erp).hostname, inSequence, secret, ...orders };
    }),
  );
}

/** All orders that a store sent, in their order. */
export function ordersOf(shop: Shop): SentOrder[] {
  const accepted = new Set(shop.accepted);
  return [...shop.sent].map((orderId) => ({
    key: `${shop.name}/${orderId}`,
    stack: shop.stack,
    erp: shop.erp,
    inSequence: shop.inSequence,
    body: orderOf(shop, orderId),
    accepted: accepted.has(orderId),
  }));
}

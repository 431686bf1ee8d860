/** How each fault is injected. Each resolves when the system has recovered, and rejects when it has not in time. */
import { randomUUID } from "node:crypto";
import type { ErpMode } from "../control.ts";
import { deploy, rebuild, replaceCertificate, rollBack } from "./changes.ts";
import type { Running } from "./running.ts";
import type { Fault, Kind } from "./schedule.ts";
import { isSteady, tasksOf } from "./steady.ts";

type Put<K extends Kind> = (fault: Extract<Fault, { kind: K }>, scene: Scene) => Promise<void>;

export interface Scene {
  running: Running;
  /** Keys of orders that their ERP refuses for good. */
  poisoned: Set<string>;
}

/** @throws {NotRecovered} {UpdateFailed} */
export function put(fault: Fault, scene: Scene): Promise<void> {
  const work = puts[fault.kind] as (fault: Fault, scene: Scene) => Promise<void>;
  // An update is not begun again; a twin is not killed while one lasts.
  return scene.running.whileUp(() => work(fault, scene));
}

const puts: { readonly [K in Kind]: Put<K> } = {
  async kill({ stack, service, all }, { running }) {
    const { control } = running;
    const serving = async () => tasksOf(await running.status(), stack, service);
    await running.until(`${stack} runs a container of ${service}`, async () => (await serving()).length > 0);
    const found = (await serving()).map(({ id }) => id);
    const killed = all ? found : found.slice(0, 1);
    await Promise.all(killed.map((id) => control.kill(id)));
    await running.until(`${stack} runs all containers of ${service} again`, async () => {
      const status = await running.status();
      const left = tasksOf(status, stack, service).some(({ id }) => killed.includes(id));
      return !left && isSteady(status, stack, service);
    });
  },

  erpFails: ({ status, ...fault }, scene) => troubleErp(fault, { mode: "status", status }, scene),
  erpHangs: (fault, scene) => troubleErp(fault, { mode: "hang" }, scene),
  erpSlow: ({ milliseconds, ...fault }, scene) => troubleErp(fault, { mode: "slow", milliseconds }, scene),

  async queueRefuses({ answers }, { running }) {
    const { control, report } = running;
    const refused = report.refused + answers;
    await control.refuseQueue(true);
    try {
      await running.until(`${answers} orders are refused while the queue is`, () => report.refused >= refused);
    } finally {
      await control.refuseQueue(false);
    }
    await running.allWork();
  },

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

  async renewal({ stack, store }, { running }) {
    const { control, traffic } = running;
    const shop = running.shop(stack, store);
    const before = await traffic.look(shop);
    const { regions } = await running.status();
    const certificate = Object.values(regions)
      .flatMap(({ certificates }) => certificates)
      .find((one) => one.stack === stack && one.inUseBy.length > 0 && one.names.includes(shop.hostname));
    if (!certificate) throw new Error(`${stack} holds no certificate of ${shop.hostname}`);
    await control.renewCertificate(certificate.arn);
    await running.until(`${shop.hostname} shows its renewed certificate`, async () => {
      const shown = await traffic.look(shop);
      return shown !== undefined && shown !== before;
    });
  },

  async twinRestart(_fault, { running }) {
    await running.restartTwin();
    await running.until("every container runs again", async () => {
      const status = await running.status();
      return running.stacks.every((stack) => isSteady(status, stack));
    });
    await running.allWork();
  },

  replacement: ({ stack, store }, { running }) => replaceCertificate(running, stack, store),
  deployment: ({ stack }, { running }) => deploy(running, stack),
  rollback: ({ stack }, { running }) => rollBack(running, stack),
  rebuild: (_fault, { running }) => rebuild(running),
};

/** Until so many requests have met the failure. */
async function troubleErp(
  { stack, store, requests }: { stack: string; store: string; requests: number },
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

/** How each fault is injected. Each resolves when the system has recovered, and rejects when it has not in time. */
import { deploy, rebuild, replaceCertificate, rollBack } from "./changes.ts";
import { erpFaults } from "./erp-faults.ts";
import type { Fault, Kind } from "./fault.ts";
import { orderFaults } from "./order-faults.ts";
import type { Puts, Scene } from "./scene.ts";
import { isSteady, tasksOf } from "./steady.ts";

/** @throws {NotRecovered} {UpdateFailed} */
export function put(fault: Fault, scene: Scene): Promise<void> {
  const work = puts[fault.kind] as (fault: Fault, scene: Scene) => Promise<void>;
  // An update is not begun again; a twin is not killed while one lasts.
  return scene.running.whileUp(() => work(fault, scene));
}

const puts: Puts<Kind> = {
  ...erpFaults,
  ...orderFaults,

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

import { setTimeout as sleep } from "node:timers/promises";
import type { PendingStore } from "../stacks/domains.ts";
import type { Control } from "./control.ts";

/** Milliseconds in which the twin's ACM issues what is proved. */
const PATIENCE_MS = 10_000;

/**
 * What the owners of stores' own domains do: they publish the records that a stack's outputs ask of them. Resolves when
 * ACM has issued every certificate.
 */
export async function publishRecords(
  control: Control,
  pending: readonly PendingStore[],
  progress: (line: string) => void = () => {},
): Promise<void> {
  for (const { hostname, publish } of pending) {
    for (const record of publish) await control.publish(record);
    progress(`${hostname}: its owner publishes ${publish.map(({ name, type }) => `${name} ${type}`).join(", ")}`);
  }
  const missing = new Set(pending.map(({ certificate }) => certificate));
  for (const deadline = Date.now() + PATIENCE_MS; missing.size > 0; await sleep(50)) {
    const { regions } = await control.status();
    for (const { arn, status } of Object.values(regions).flatMap(({ certificates }) => certificates)) {
      if (status === "ISSUED") missing.delete(arn);
    }
    if (Date.now() > deadline) throw new Error(`ACM did not issue ${[...missing].join(", ")}`);
  }
}

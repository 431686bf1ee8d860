import type { Tally } from "../release/operate/redrive/messages.ts";
import { type Redriven, redrive } from "../release/operate/redrive/redrive.ts";
import { openLocation } from "./open-location.ts";
import { finish, type Output, progress, say } from "./output.ts";

/** `order-queue redrive STACK`; exit code 1 where a message was not moved, or not all were read. */
export async function redriveCommand(
  state: string,
  stack: string,
  { store, yes, json }: Output & { store?: string; yes?: boolean },
) {
  const moved = (count: number) => progress(`${stack}: ${count} moved to the queue of orders`);
  const redriven = await redrive(await openLocation(state), stack, { store, yes, moved });
  say(redriveReport(redriven));
  finish(redriven.failed.length === 0 && redriven.whole, redriven, json);
}

/** Reasons of one store that are shown; --json has them all. */
const shown = 3;

/** Dead-lettered messages by store with their reasons, and how many were moved. */
export function redriveReport(redriven: Redriven): string {
  const { stack, store, found, moved, failed, dryRun, whole, seconds } = redriven;
  const chosen = found.filter((tally) => tally.chosen).reduce((sum, { count }) => sum + count, 0);
  const of = store === undefined ? "" : ` of ${store}`;
  const again = `npx order-queue redrive ${stack}${store === undefined ? "" : ` --store ${store}`} --yes`;
  return [
    ...(found.length === 0
      ? [`${stack}: no dead-lettered messages`]
      : [`${stack}: dead-lettered messages`, ...found.flatMap(tallyLines)]),
    ...(whole ? [] : ["Not all messages were read. Fix: run it again, or for one store."]),
    ...failed.map(
      ({ messageId, store: whose, orderId, why }) => `  not moved: ${whose}/${orderId} (${messageId}): ${why}`,
    ),
    ...(chosen === 0 && found.length > 0 ? [`None${of} to redrive.`] : []),
    ...(dryRun && chosen > 0
      ? [`${chosen}${of} would be moved to the queue of orders; no message was moved. To move them: ${again}`]
      : []),
    ...(!dryRun && chosen > 0 ? [`${moved}${of} moved to the queue of orders.`] : []),
    `${seconds.toFixed(1)} s`,
  ].join("\n");
}

function tallyLines({ store, count, chosen, since, reasons, orders }: Tally): string[] {
  const all = Object.entries(reasons);
  const rest = all.length > shown ? [`${" ".repeat(8)}and ${all.length - shown} more reasons`] : [];
  return [
    `  ${String(count).padStart(5)} of ${store ?? "no store: they are no orders"}, the first since ${since}${chosen ? "" : ": they stay"}`,
    ...all.slice(0, shown).map(([reason, times]) => `        ${times} × ${reason}${namedIn(orders[reason], times)}`),
    ...rest,
  ];
}

function namedIn(orders: readonly string[] = [], count: number): string {
  if (orders.length === 0) return "";
  return ` (${count === 1 ? "order" : "orders"} ${orders.join(", ")}${count > orders.length ? " …" : ""})`;
}

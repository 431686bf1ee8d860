import type { Status } from "./control.ts";
import type { Deployed } from "./deploy.ts";
import { kept } from "./replay/comparison.ts";
import { duration } from "./replay/duration.ts";
import type { Replay } from "./replay/replay.ts";
import { table as replayTable } from "./replay/table.ts";
import { secretOf } from "./signing.ts";

/** What `npm start` measured. Times in seconds. */
export interface Figures {
  stacks: Deployed[];
  /** All three stacks, the first `up` to the last verification. */
  deploySeconds: number;
  orders: { sent: number; arrived: number; seconds: number };
  replay: Replay;
  twin: Status["twin"];
  /** Everything, from the command to this line; set-up before it not counted. */
  seconds: number;
}

/** Whether every order arrived and every goal of the replay was met, but for those of time. */
export function held({ orders, replay }: Figures): boolean {
  return orders.arrived === orders.sent && kept(replay);
}

/** The replay, then what deploying and ordering took, as a table for a terminal. */
export function table({ stacks, deploySeconds, orders, replay, twin, seconds }: Figures): string {
  const each = stacks.map(({ stack, seconds: took }) => `${stack} ${duration(took)}`).join(", ");
  const rows: [string, string][] = [
    ["three stacks deployed and verified", `${duration(deploySeconds)} (${each})`],
    ["orders sent and at their ERPs", `${orders.arrived} of ${orders.sent} in ${duration(orders.seconds)}`],
    ["answers that made a store try again", String(replay.refused)],
    ["memory of the twin", `${twin.megabytes} MB, at most ${twin.peakMegabytes} MB`],
    ["altogether", duration(seconds)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [replayTable(replay), "", ...rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`)].join("\n");
}

/**
 * The next things to try, ready to copy.
 *
 * @param stateOption `--state FOLDER` where the local state is not in the default folder, else empty
 */
export function whatNext({ stacks }: Figures, stateOption: string): string {
  const orderQueue = ["npx order-queue", stateOption].filter(Boolean).join(" ");
  const store = stacks.find(({ stack }) => stack === "prod-au")?.stores[0] ?? { stack: "prod-au", name: "", url: "" };
  return [
    "The twin runs until Ctrl-C. In another terminal, in this folder:",
    `  eval "$(${orderQueue} env)"`,
    `  curl --cacert "$NODE_EXTRA_CA_CERTS" -d '{"store":"${store.name}","orderId":"1","payload":{}}' -H 'content-type: application/json' -H 'authorization: Bearer ${secretOf(store).bearer[0]}' ${store.url}`,
    "  pulumi preview -s prod-au",
    "  pulumi stack history -s prod-au",
    `  ${orderQueue} preview`,
    "Change something, commit it, `pulumi up -s prod-au`, and roll it back:",
    `  ${orderQueue} rollback prod-au`,
  ].join("\n");
}

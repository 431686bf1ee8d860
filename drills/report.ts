import type { Status } from "./control.ts";
import type { Deployed } from "./deploy.ts";
import type { Outage } from "./outage.ts";

/** What `npm start` measured. Times in seconds. */
export interface Figures {
  stacks: Deployed[];
  /** All three stacks, the first `up` to the last verification. */
  deploySeconds: number;
  orders: { sent: number; arrived: number; seconds: number };
  outage: Outage;
  twin: Status["twin"];
  /** Everything, from the command to this line; set-up before it not counted. */
  seconds: number;
}

/** Whether everything that `npm start` promises was so. */
export function held({ orders, outage }: Figures): boolean {
  const detected = outage.detectedSeconds !== undefined && outage.recoveredSeconds !== undefined;
  return orders.arrived === orders.sent && detected && outage.ordersLost === 0 && outage.handshakesFailed === 0;
}

export function table({ stacks, deploySeconds, orders, outage, twin, seconds }: Figures): string {
  const time = (value: number | undefined) => (value === undefined ? "NOT IN TIME" : `${value.toFixed(1)} s`);
  const rows: [string, string][] = [
    [
      "three stacks deployed and verified",
      `${time(deploySeconds)} (${stacks.map((s) => `${s.stack} ${s.seconds.toFixed(1)} s`).join(", ")})`,
    ],
    ["orders sent and at their ERPs", `${orders.arrived} of ${orders.sent} in ${time(orders.seconds)}`],
    ["containers killed", String(outage.containersKilled)],
    ["somebody was told after", `${time(outage.detectedSeconds)}: ${outage.detectedBy}`],
    ["recovered after", time(outage.recoveredSeconds)],
    ["last accepted order at its ERP after", time(outage.deliveredSeconds)],
    ["orders accepted meanwhile, lost", `${outage.ordersAccepted}, ${outage.ordersLost}`],
    ["TLS handshakes meanwhile, failed", `${outage.handshakes}, ${outage.handshakesFailed}`],
    ["answers that made a store try again", String(outage.refused)],
    ["memory of the twin", `${twin.megabytes} MB, at most ${twin.peakMegabytes} MB`],
    ["altogether", time(seconds)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join("\n");
}

/** The next things to try, ready to copy. */
export function whatNext({ stacks }: Figures): string {
  const store = stacks.find(({ stack }) => stack === "prod-au")?.stores[0];
  return [
    "It stays up until Ctrl-C. In another terminal, in this folder:",
    '  eval "$(npx order-queue env)"',
    `  curl --cacert "$NODE_EXTRA_CA_CERTS" -d '{"store":"${store?.name}","orderId":"1","payload":{}}' -H 'content-type: application/json' ${store?.url}`,
    "  pulumi preview -s prod-au",
    "  pulumi stack history -s prod-au",
    "  npx order-queue preview",
    "Change something, commit it, `pulumi up -s prod-au`, and take it back:",
    "  npx order-queue rollback prod-au",
  ].join("\n");
}

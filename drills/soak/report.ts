import { type Figures, held } from "./figures.ts";

const shown = 20;

/** A soak in words. */
export function report(figures: Figures): string {
  const { seed, faults, problems, unrecovered, failedHandshakes, recoverySeconds } = figures;
  const count = Object.values(faults).reduce((sum, number) => sum + number, 0);
  const rows: [string, string | number][] = [
    ["faults", `${count} in ${figures.faultSeconds} s, ${figures.faultsPerMinute} a minute`],
    ...Object.entries(faults).map(([kind, number]): [string, string] => {
      const took = recoverySeconds[kind as keyof typeof recoverySeconds];
      return [`  ${kind}`, took ? `${number}, recovered after ${took.median} s, at most ${took.most} s` : `${number}`];
    }),
    ["without recovery", unrecovered.length],
    ["orders accepted", figures.ordersAccepted],
    ["  at their ERP", figures.ordersDelivered],
    [
      "  dead-lettered with their reason",
      `${figures.ordersDeadLettered}, ${figures.ordersGivenUp} of them deliverable`,
    ],
    ["  lost", figures.ordersLost],
    ["  twice", figures.ordersTwice],
    ["posts repeated with the same key", figures.deliveriesRepeated],
    ["orders that were never answered 202", figures.ordersUnanswered],
    ["answers that made a store try again", figures.ordersRefused],
    ["handshakes failed", `${figures.handshakesFailed} of ${figures.handshakes}`],
    ["connections while AWS was down", figures.connectionsWhileAwsWasAway],
    ["memory of the twin, at most", `${figures.twinPeakMegabytes} MB`],
    ["altogether", `${figures.seconds} s`],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const wrong = [
    ...unrecovered.map(({ index, fault, why }) => `fault ${index}, ${fault}: ${why}`),
    ...failedHandshakes.map(({ at, stack, store, message }) => `handshake of ${stack} ${store} at ${at}: ${message}`),
    ...problems,
  ];
  return [
    ...rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`),
    ...wrong.slice(0, shown),
    ...(wrong.length > shown ? [`and ${wrong.length - shown} more`] : []),
    held(figures) ? `seed ${seed}: every check passed` : `seed ${seed} FAILED; again: ${command(seed, count)}`,
  ].join("\n");
}

function command(seed: number, faults: number): string {
  return `npm run soak -- --faults ${faults} --seed ${seed}`;
}

import type { Replay } from "../../../../drills/replay/replay.ts";

const shown = ["acme.au", "harbourside.au", "tulipan.eu"].map((name) => ({
  hostname: `${name}.orderhub.example`,
  names: `DNS:${name}.orderhub.example`,
  fingerprint: `AB:CD:${name}`,
}));

/** A replay in which everything went as promised. */
export const replayed: Replay = {
  at: "2026-10-02T08:15:30.000Z",
  stops: [
    {
      stack: "prod-au",
      containers: 4,
      toldSeconds: 0.04,
      toldBy: "prod-au: a container of service:prod-au-ingest-e852266 stopped: Essential container in task exited.",
      diagnosedSeconds: 2.31,
      diagnosis: ["2 × prod-au-ingest-e852266: Essential container in task exited (exit code of ingest 137)"],
      recoveredSeconds: 5.24,
    },
    {
      stack: "prod-eu",
      containers: 4,
      toldSeconds: 0.26,
      toldBy: "prod-eu: a container of service:prod-eu-dispatch-1852266 stopped: Essential container in task exited.",
      diagnosedSeconds: 2.62,
      diagnosis: ["2 × prod-eu-dispatch-1852266: Essential container in task exited (exit code of dispatch 137)"],
      recoveredSeconds: 4.9,
    },
  ],
  attempt: {
    commit: "4d57be2c5f9909b7e58ffc8b85237f05bb985fd6",
    change: "infra/certificates.ts: domainName: hostname → domainName: 'shop.' + hostname",
    seconds: 7.9,
    stoppedBy: "policy",
    stoppedIn: "staging",
    evidence: ["staging cannot be planned: refused by policy, 6 violations"],
    changed: [],
  },
  rebuilds: [
    { stack: "prod-au", before: "a1", after: "b1", seconds: 3.4 },
    { stack: "prod-eu", before: "a2", after: "b2", seconds: 3.1 },
  ],
  certificates: { before: shown, after: shown },
  revert: { stack: "prod-au", change: "erpTimeoutSeconds 10 → 11", updateSeconds: 5.4, seconds: 11.8, changed: 2 },
  ends: { attempt: 14.1, rebuild: 9.6, revert: 35.6 },
  ordersAccepted: 812,
  ordersLost: 0,
  handshakes: 1003,
  handshakesFailed: 0,
  refused: 61,
};

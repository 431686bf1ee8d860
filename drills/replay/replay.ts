/**
 * The incident of July 28 again, on what the program is today: in both production stacks the containers stop, while every
 * store continues to post orders; then containers are rebuilt while a change that breaks certificates is on its way; then a
 * good change is rolled back.
 */
import { dirname, join } from "node:path";
import { stacks } from "../../stacks/registry.ts";
import { Control } from "../control.ts";
import type { Deployed } from "../deploy.ts";
import { Browser } from "../http.ts";
import type { Local } from "../local.ts";
import { confirmSubscriptions } from "../recipients.ts";
import { Traffic } from "../traffic.ts";
import { undelivered, until } from "../wait.ts";
import { type Attempt, releaseBrokenCertificates } from "./change.ts";
import { type Checkout, checkOut } from "./checkout.ts";
import { look, type Rebuild, rebuildContainer, type Shown } from "./rebuild.ts";
import { changeAndRevert, type Revert } from "./revert.ts";
import { type Scene, type Stop, stopContainers } from "./stop.ts";

/** What was measured. */
export interface Replay extends Totals {
  /** When the containers were stopped, ISO 8601. */
  at: string;
  stops: Stop[];
  attempt: Attempt;
  rebuilds: Rebuild[];
  /** Production's certificates before everything, and after the rebuilt containers came back. */
  certificates: { before: Shown[]; after: Shown[] };
  revert: Revert;
  /** When each act was over, in seconds from the stop. */
  ends: { attempt: number; rebuild: number; revert: number };
}

/** What all stores saw, from the first act to the last. */
export interface Totals {
  ordersAccepted: number;
  /** Accepted, but not at the ERP within the patience. */
  ordersLost: number;
  handshakes: number;
  handshakesFailed: number;
  /** Answers that made a store try again. */
  refused: number;
}

/** Milliseconds between two orders of a store. */
const PAUSE_MS = 500;

/** @param deployed every stack, as it runs */
export async function replay(
  local: Local,
  deployed: readonly Deployed[],
  say: (line: string) => void,
): Promise<Replay> {
  const { location, twin, backend } = local;
  const [control, browser] = [new Control(twin.api), new Browser(twin.environment)];
  const shops = deployed.map(({ stack, stores }) => ({ stack, stores, traffic: new Traffic(browser) }));
  const scenes: Scene[] = shops.filter(({ stack }) =>
    stacks.some(({ name, role }) => name === stack && role === "production"),
  );
  const hostnames = scenes.flatMap(({ stores }) => stores.map(({ url }) => new URL(url).hostname));
  const checkout = await checkOut(location.root, join(dirname(backend), "replay"));
  try {
    await confirmSubscriptions(control);
    const before = await look(browser, hostnames);
    for (const { traffic, stores } of shops) traffic.start(stores, PAUSE_MS);
    await until(() => shops.every(({ traffic, stores }) => traffic.report.accepted.size >= stores.length));

    const began = Date.now();
    const since = () => (Date.now() - began) / 1000;
    const stops = await Promise.all(scenes.map((scene) => stopContainers(location, control, scene, began, say)));

    const [attempt, rebuilds] = await Promise.all([
      timed(since, releaseBrokenCertificates(location, checkout, say)),
      timed(since, Promise.all(scenes.map(({ stack }) => rebuildContainer(control, stack, say)))),
    ]);
    const after = await look(browser, hostnames);

    const revert = await timed(since, revertOf(local, checkout, say));
    await Promise.all(shops.map(({ traffic }) => traffic.stop()));
    return {
      ...{ at: new Date(began).toISOString(), stops, attempt: attempt.result, rebuilds: rebuilds.result },
      ...{ certificates: { before, after }, revert: revert.result },
      ends: { attempt: attempt.seconds, rebuild: rebuilds.seconds, revert: revert.seconds },
      ...(await totals(
        control,
        shops.map(({ traffic }) => traffic),
        [...before, ...after],
      )),
    };
  } finally {
    await Promise.all(shops.map(({ traffic }) => traffic.stop()));
    await checkout.remove();
  }
}

function revertOf({ location, backend }: Local, checkout: Checkout, progress: (line: string) => void): Promise<Revert> {
  return changeAndRevert(location, "prod-au", checkout, { worktrees: join(dirname(backend), "worktrees"), progress });
}

async function timed<T>(since: () => number, work: Promise<T>): Promise<{ result: T; seconds: number }> {
  const result = await work;
  return { result, seconds: since() };
}

async function totals(control: Control, traffics: readonly Traffic[], shown: readonly Shown[]): Promise<Totals> {
  const reports = traffics.map(({ report }) => report);
  const sum = (count: (report: Traffic["report"]) => number) => reports.reduce((all, one) => all + count(one), 0);
  const lost = await undelivered(control, new Set(reports.flatMap(({ accepted }) => [...accepted.keys()])));
  return {
    ordersAccepted: sum(({ accepted }) => accepted.size),
    ordersLost: lost.size,
    handshakes: sum(({ handshakes }) => handshakes) + shown.length,
    handshakesFailed: sum(({ handshakesFailed }) => handshakesFailed) + shown.filter(({ problem }) => problem).length,
    refused: sum(({ refused }) => refused),
  };
}

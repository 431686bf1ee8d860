/** A failure of the environment, run against a healthy production stack: the first notification, its time, and what it cost. */
import { driftOf } from "../../release/operate/drift.ts";
import { driftedWords } from "../../release/operate/drifted.ts";
import { workspaceOf } from "../../release/workspace/automation.ts";
import { readStackFiles } from "../../stacks/files.ts";
import { Control, type Message } from "../control.ts";
import { Browser } from "../http.ts";
import { confirmSubscriptions, firstLine, reaches } from "../recipients.ts";
import { type StoreAddress, Traffic } from "../traffic.ts";
import { undelivered, until } from "../wait.ts";
import { type Aftermath, perform, type Scene } from "./acts.ts";
import { type Base, type Bed, markRelease } from "./bed.ts";
import type { Act, Fault } from "./fault.ts";
import type { Measured } from "./result.ts";

/** How many times as fast alarms' minutes pass: what takes a minute at AWS takes 4 s. Queues and containers do not hurry. */
const RATE = 15;
/** The canary keeps pace: one synthetic order a minute of alarms (service/settings.ts). */
const variables = { INTERVAL_SECONDS: String(60 / RATE) };
/** How long a notification may take, in milliseconds; the alarm for old orders (300 s) still fits. */
const TOLD_MS = 360_000;
/** The same where the nightly check sees it anyway: longer than any other alarm takes. */
const TOLD_TOO_MS = 40_000;
/** In seconds; until the nightly check has run (.github/workflows/drift.yml), at the most. */
const DAY = 24 * 60 * 60;
const RECOVERED_MS = 90_000;
const STEADY_MS = 3_000;

/** Runs the acts of a fault in a copy of the deployed stacks, which is removed afterwards. */
export async function live(base: Base, fault: Fault): Promise<Measured & { evidence: string }> {
  const acts = fault.environment ?? [];
  const bed = await base.copy("deployed", { prepare: (project) => markRelease(project, fault), variables });
  try {
    return await measure(bed, acts);
  } finally {
    await bed.close();
  }
}

async function measure(bed: Bed, acts: readonly Act[]): Promise<Measured & { evidence: string }> {
  const control = new Control(bed.local.twin.api);
  const name = acts[0]?.stack ?? (acts.some(({ act }) => act === "killUpdate") ? "staging" : "prod-au");
  await until(() => control.settled(name));
  const stores = await storesOf(bed, name);
  await confirmSubscriptions(control);
  const traffic = new Traffic(new Browser(bed.local.twin.environment));
  traffic.start(stores, 250);
  await until(() => traffic.report.accepted.size >= stores.length);
  const handshakesFailed = traffic.report.handshakesFailed;
  const { now } = await control.hurry(RATE);
  const [began, watchBegan] = [Date.now(), Date.parse(now)];

  const after: Aftermath[] = [];
  for (const act of acts) {
    const done = await perform(act, sceneOf(bed, control, act.stack ?? name));
    after.push(done);
    if (act.seconds !== undefined) setTimeout(() => void done.undo?.(), act.seconds * 1000).unref();
  }
  const said = after.find((one) => one.said)?.said;
  const saidSeconds = (Date.now() - began) / 1000;
  const days = acts.reduce((sum, act) => sum + (act.act === "pass" ? act.days : 0), 0);
  const seen = after.some(({ lasting }) => lasting) ? await nightly(bed, name) : [];
  const told = said
    ? undefined
    : await until(
        async () => (await control.messages()).find((message) => reaches(message, began, name)),
        seen.length > 0 ? TOLD_TOO_MS : TOLD_MS,
      );
  for (const { undo } of after) await undo?.();
  const recovered = await steady(async () => {
    const all = stores.every((store) =>
      [...traffic.report.accepted].some(([key, at]) => at > began && key.startsWith(`${store.name}/`)),
    );
    return all && (await control.settled(name));
  });
  await traffic.stop();
  const lost = await undelivered(control, new Set(traffic.report.accepted.keys()));
  const detected = said
    ? { by: said, seconds: saidSeconds, evidence: said }
    : told
      ? { by: firstLine(told), seconds: secondsUntil(told, began, watchBegan, days), evidence: told.message }
      : seen[0]
        ? { by: `${nightlyCheck}: ${seen[0]}`, seconds: DAY, evidence: seen.join("\n") }
        : undefined;
  return {
    detectedBy: detected?.by ?? null,
    detectedSeconds: detected?.seconds ?? null,
    recoveredSeconds: recovered === undefined ? null : (recovered - began) / 1000,
    ordersLost: lost.size,
    handshakesFailed: traffic.report.handshakesFailed - handshakesFailed,
    evidence:
      detected?.evidence ??
      `no notification was sent within ${TOLD_MS / 1000} s (${(TOLD_MS * RATE) / 60_000} minutes of alarms)`,
  };
}

const nightlyCheck = "npx order-queue drift, every night";

/** What the check of every night says of the stack, in an issue of the repository: nothing of the stack itself is needed for it. */
async function nightly({ local }: Bed, stack: string): Promise<string[]> {
  const { resources, error } = await driftOf(workspaceOf(local.location), stack);
  if (error) throw new Error(`${nightlyCheck}: ${error}`);
  return resources.map((drifted) => `${drifted.type} ${drifted.name} ${driftedWords(drifted)}`);
}

/** Since when it has been well, once it has been for a while: a container that stops still counts at first. */
async function steady(well: () => Promise<boolean>): Promise<number | undefined> {
  let since: number | undefined;
  return until(async () => {
    since = (await well()) ? (since ?? Date.now()) : undefined;
    return since !== undefined && Date.now() - since >= STEADY_MS ? since : undefined;
  }, RECOVERED_MS);
}

/** An alarm is timed by its own clock, everything else by ours and the days that passed at once. */
function secondsUntil({ at, message }: Message, began: number, watchBegan: number, days: number): number {
  const changed = /"StateChangeTime":"([^"]+)"/.exec(message)?.[1];
  if (changed) return (Date.parse(changed) - watchBegan) / 1000;
  return (Date.parse(at) - began) / 1000 + days * DAY;
}

async function storesOf(bed: Bed, stack: string): Promise<StoreAddress[]> {
  const outputs = await (await bed.stack(stack)).outputs();
  const stores: { name: string; url: string }[] = outputs.stores?.value ?? [];
  return stores.map((store) => ({ stack, ...store }));
}

function sceneOf(bed: Bed, control: Control, stack: string): Scene {
  const settings = readStackFiles(bed.local.location.root).get(stack);
  if (!settings) throw new Error(`there is no stack ${stack}`);
  const { account, domain, stores } = settings;
  return {
    bed,
    control,
    place: { ...bed.placeOf(stack), stack, account, domain },
    erpOf(store) {
      const found = stores.find(({ name }) => name === store);
      if (!found)
        throw new Error(`${stack} has no store ${store}; it has ${stores.map(({ name }) => name).join(", ")}`);
      return new URL(found.erp).hostname;
    },
  };
}

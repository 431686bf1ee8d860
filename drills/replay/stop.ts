import { diagnose } from "../../release/operate/diagnose/diagnose.ts";
import { stopLines } from "../../release/operate/diagnose/rules/stops.ts";
import type { WorkspaceLocation } from "../../release/workspace/stack.ts";
import type { Control, Task } from "../control.ts";
import { firstLine, reaches } from "../recipients.ts";
import type { StoreAddress, Traffic } from "../traffic.ts";
import { until } from "../wait.ts";

/** A production stack whose stores continue to post orders. */
export interface Scene {
  stack: string;
  stores: readonly StoreAddress[];
  traffic: Traffic;
}

/** What the stop of all containers of a stack came to. Seconds from the stop; undefined for never. */
export interface Stop {
  stack: string;
  containers: number;
  toldSeconds: number | undefined;
  /** The first message about it that reached a recipient, as its reader sees it. */
  toldBy: string;
  /** `order-queue diagnose`, asked as soon as a notification was sent, has named the stopped containers and the reason. */
  diagnosedSeconds: number | undefined;
  /** A line a service and reason, as the diagnosis says it. */
  diagnosis: string[];
  /** Every service runs what it should, in other containers, and every store has had an order accepted by those. */
  recoveredSeconds: number | undefined;
}

/** Kills every container of a stack that takes or posts orders at once, and measures notification, diagnosis and recovery. */
export async function stopContainers(
  location: WorkspaceLocation,
  control: Control,
  scene: Scene,
  began: number,
  say: (line: string) => void,
): Promise<Stop> {
  const { stack } = scene;
  const since = () => (Date.now() - began) / 1000;
  const orderQueue = new RegExp(`^${stack}-(ingest|dispatch)-`);
  const killed = (await control.runningTasks()).filter(({ service }) => orderQueue.test(service));
  say(`${stack}: all ${killed.length} order-queue containers stop`);
  await Promise.all(killed.map(({ id }) => control.kill(id)));
  const tell = async () => {
    const message = await told(control, stack, began);
    say(`${stack}: ${message ? `notification sent: ${firstLine(message)}` : "NO NOTIFICATION SENT"}`);
    const diagnosis = message ? await namedStops(location, stack, killed) : [];
    const diagnosedSeconds = diagnosis.length > 0 ? since() : undefined;
    for (const line of diagnosis) say(`${stack}: diagnosed: ${line}`);
    return {
      toldSeconds: message && (Date.parse(message.at) - began) / 1000,
      toldBy: message ? firstLine(message) : "",
      ...{ diagnosedSeconds, diagnosis },
    };
  };
  const recover = async () => {
    const recoveredSeconds = (await recovered(control, scene, killed)) ? since() : undefined;
    say(`${stack}: ${recoveredSeconds === undefined ? "NOT RECOVERED" : "recovered"}`);
    return { recoveredSeconds };
  };
  const [toldAndNamed, back] = await Promise.all([tell(), recover()]);
  return { stack, containers: killed.length, ...toldAndNamed, ...back };
}

function told(control: Control, stack: string, began: number) {
  return until(async () => (await control.messages()).find((message) => reaches(message, began, stack)));
}

/** What the diagnosis says of the stopped containers, once it names one of each service that stopped. */
async function namedStops(location: WorkspaceLocation, stack: string, killed: readonly Task[]): Promise<string[]> {
  const ids = new Set(killed.map(({ id }) => id));
  const services = new Set(killed.map(({ service }) => service));
  const named = await until(async () => {
    const { facts } = await diagnose(location, stack);
    const stops = facts.stops.filter(({ task, reason }) => ids.has(task) && reason !== "");
    return new Set(stops.map(({ service }) => service)).size === services.size ? stops : undefined;
  });
  return stopLines(named ?? []);
}

async function recovered(control: Control, { stack, stores, traffic }: Scene, killed: readonly Task[]) {
  const old = new Set(killed.map(({ id }) => id));
  const gone = await until(async () =>
    (await control.runningTasks()).every(({ id }) => !old.has(id)) ? Date.now() : undefined,
  );
  if (gone === undefined) return undefined;
  return until(async () => {
    const orders = [...traffic.report.accepted];
    const all = stores.every(({ name }) => orders.some(([key, at]) => at > gone && key.startsWith(`${name}/`)));
    return all && (await control.settled(stack));
  });
}

/** What can happen to what runs, each by the twin's control API. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { runUpdate } from "../../release/promotion/update.ts";
import { runnable, workspaceOf } from "../../release/workspace/automation.ts";
import { freeStack } from "../../release/workspace/locks.ts";
import { run as runCommand } from "../../release/workspace/process.ts";
import { reason } from "../../release/workspace/reason.ts";
import { processEnvironment, stackFiles, type WorkspaceLocation } from "../../release/workspace/stack.ts";
import type { Control, HandMade } from "../control.ts";
import { type Bed, run } from "./bed.ts";
import type { Act, Selection } from "./fault.ts";
import { fill, type Place, selects } from "./mutate.ts";
import { alter } from "./paths.ts";

/** What an act leaves behind. */
export interface Aftermath {
  /** How it ends, once a notification was sent. */
  undo?: () => Promise<unknown>;
  /** What AWS or the engine says at once to this command or to the next. */
  said?: string;
  /** Whether it stays at AWS until the nightly check reports it. */
  lasting?: true;
}

export interface Scene {
  bed: Bed;
  control: Control;
  place: Place;
  /** Host of a store's ERP, by the store's name. */
  erpOf(store: string): string;
}

/** An act that the twin cannot do. */
export class NotPossible extends Error {
  override readonly name = "NotPossible";
}

/** @throws {NotPossible} */
export async function perform(act: Act, scene: Scene): Promise<Aftermath> {
  const { control, place } = scene;
  switch (act.act) {
    case "kill":
    case "stop": {
      const expression = new RegExp(act.service ?? "");
      const running = (await control.runningTasks()).filter(
        ({ service }) => service.startsWith(`${place.stack}-`) && expression.test(service),
      );
      const chosen = running.slice(0, act.count ?? running.length);
      if (chosen.length === 0)
        throw new NotPossible(`${place.stack} runs no container of ${act.service ?? "any service"}`);
      const why = ("reason" in act && act.reason) || "Task stopped by user";
      await Promise.all(chosen.map(({ id }) => (act.act === "kill" ? control.kill(id) : control.stop(id, why))));
      return {};
    }
    case "erp": {
      const host = scene.erpOf(act.store);
      await control.setErp(host, act.hang ? { mode: "hang" } : { mode: "status", status: act.status ?? 500 });
      return { undo: () => control.setErp(host, { mode: "ok" }) };
    }
    case "refuseQueue":
      await control.refuseQueue(true);
      return { undo: () => control.refuseQueue(false) };
    case "delete":
      return byHand(act, scene, async (found) => {
        await control.removeResource(found);
        return found;
      });
    case "change":
      return byHand(act, scene, async (found) => {
        const outputs = Object.entries(fill(act.set, place)).reduce(
          (all, [path, value]) => alter(all, path, () => value).value as HandMade["outputs"],
          found.outputs,
        );
        await control.putResource({ ...found, outputs });
        return found;
      });
    case "add": {
      const { type, id, properties } = fill(act, place);
      const region = /^aws:(route53|iam)\//.test(type) ? "global" : place.region;
      await control.putResource({ type, id, region, outputs: properties });
      return { undo: () => control.removeResource({ type, id, region }) };
    }
    case "imageGone": {
      const images = await control.removeImages(place.region);
      return { undo: () => control.putImages(images) };
    }
    case "pass":
      await control.pass(act.days);
      return {};
    case "refuseControlPlane":
      await control.refuse([act.type]);
      return { undo: () => control.refuse([]) };
    case "killUpdate":
      await killUpdate(scene.bed, place.stack, act.afterResources);
      return {
        ...(await saidBy(() => update(scene.bed, place.stack))),
        undo: () => mend(scene.bed, place.stack),
      };
    case "destroy":
      return saidBy(async () => (await scene.bed.stack(place.stack)).destroy());
    case "loseZone": {
      const zone = `${place.region}${act.zone}`;
      await control.loseZone(zone, true);
      return { undo: () => control.loseZone(zone, false) };
    }
  }
}

/** The resources that a stack holds, as they are at AWS; `undo` brings back what was there. */
async function byHand(
  selection: Pick<Selection, "type" | "where">,
  { bed, control, place }: Scene,
  change: (found: HandMade) => Promise<HandMade>,
): Promise<Aftermath> {
  const held = (id: string) => bed.holds(place.stack, selection.type, id);
  const all = (await control.findResources(selection.type)).filter(({ id }) => held(id));
  const chosen = all.filter(
    ({ type, outputs }) => selects(selection, { type, name: "", inputs: outputs }, place) === true,
  );
  if (chosen.length === 0) throw new NotPossible(`${place.stack} has no ${selection.type} like that`);
  const before = await Promise.all(chosen.map(change));
  return { undo: () => Promise.all(before.map((found) => control.putResource(found))), lasting: true };
}

async function saidBy(command: () => Promise<unknown>): Promise<Aftermath> {
  try {
    await command();
    return {};
  } catch (error) {
    return { said: reason(error) };
  }
}

const updating = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack"];

function update({ local: { location } }: Bed, stack: string): Promise<string> {
  return runCommand(location.engine.pulumi, [...updating, stack], {
    cwd: stackFiles(location),
    env: environment(location),
  });
}

/** What an operator does: frees the stack, and updates it again. */
async function mend(bed: Bed, stack: string): Promise<unknown> {
  const progress = () => {};
  await freeStack(workspaceOf(bed.local.location), stack, progress);
  const own = runnable(await bed.stack(stack), { program: () => bed.program(run) });
  return runUpdate(own, { progress });
}

/** The engine finds its helpers, and Node, on PATH. */
function environment(location: WorkspaceLocation): Record<string, string> {
  const own = processEnvironment(location);
  return { ...own, PATH: `${join(location.root, "node_modules/.bin")}:${own.PATH ?? process.env.PATH}` };
}

/** Kills the engine, and what it started, in the middle of an update. */
async function killUpdate({ local: { location } }: Bed, stack: string, afterResources: number): Promise<void> {
  const child = spawn(location.engine.pulumi, [...updating, stack], {
    cwd: stackFiles(location),
    env: { ...process.env, ...environment(location) },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  let [changed, early] = [0, true];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (!/ (created|updated|deleted|replaced)\b/.test(line) || ++changed !== afterResources) return;
    early = false;
    process.kill(-(child.pid as number), "SIGKILL");
  });
  await ended;
  if (early)
    throw new NotPossible(`the update of ${stack} changed ${changed} resources and ended before it was killed`);
}

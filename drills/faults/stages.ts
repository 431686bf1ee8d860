/** The stages that a change of the program passes before production: the first that stops it, and what it says. */
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { blocking, findingsOf } from "../../release/checks/list.ts";
import { plan as planCheck } from "../../release/checks/plan.ts";
import { policyFinding } from "../../release/checks/policy.ts";
import { type Planned, planStack, violationsOf } from "../../release/plan/plan.ts";
import { workspaceOf } from "../../release/workspace/automation.ts";
import { packError } from "../../release/workspace/policy-pack.ts";
import { reason } from "../../release/workspace/reason.ts";
import type { Run } from "../../stacks/program.ts";
import { staging } from "../../stacks/registry.ts";
import { Control } from "../control.ts";
import { until } from "../wait.ts";
import { type Base, type Bed, markRelease, run } from "./bed.ts";
import { catchOf } from "./catch.ts";
import type { Fault } from "./fault.ts";
import { changeImage, imageResources } from "./image.ts";
import { withFault } from "./inject.ts";
import { enterStack } from "./new-stack.ts";
import type { Catch } from "./result.ts";

export interface Passed {
  caught: Catch | undefined;
  /** `stack: type name` of what the fault was really in. */
  applied: string[];
}

export interface Depth {
  /** Only what `pulumi preview` alone would say counts: no policy, no parity, no staging. */
  baseline: boolean;
  /** Every stack that the change is in gets it, not staging alone: a harmless change goes all the way. */
  throughout: boolean;
}

/** An update that has not ended by then hangs; ECS's own answer would come after 20 minutes. In milliseconds. */
const UPDATE_MS = 240_000;

/** Runs a change through the stages up to `depth`, in copies, until one of them stops it. */
export async function passStages(base: Base, fault: Fault, depth: Depth): Promise<Passed> {
  const applied = new Set<string>();
  const from = fault.scenario?.from ?? "deployed";
  const prepare = (project: string) => {
    // Stack files are no part of a release; the program and the service are.
    if (fault.resources || fault.add || fault.image || fault.newStack) markRelease(project, fault);
    if (fault.newStack) enterStack(project, fault.newStack, settingsOf(fault, fault.newStack.name));
    if (fault.image) changeImage(project, fault.image);
  };
  const zones = (fault.settings ?? []).flatMap(({ set }) => (typeof set?.domain === "string" ? [set.domain] : []));
  // A stack that is not there yet needs a project of its own already to be planned.
  const planned = fault.newStack ? await base.copy(from, { prepare, zones }) : await base.preview(from);
  try {
    const stopped = await plan(planned, faulty(planned, fault, applied), depth);
    if (stopped || depth.baseline) return { caught: stopped, applied: [...applied] };
  } finally {
    if (fault.newStack) await planned.close();
  }
  const inStaging = fault.image || [...applied].some((what) => what.startsWith(`${staging.name}: `));
  // What staging does not have, its update cannot show.
  if (!inStaging && !depth.throughout) return { caught: undefined, applied: [...applied] };
  const bed = await base.copy(from, { prepare, zones });
  try {
    return { caught: await update(bed, fault, applied, depth), applied: [...applied] };
  } finally {
    await bed.close();
  }
}

/** What a fault sets in one stack. */
const settingsOf = ({ settings = [] }: Fault, stack: string): Record<string, unknown> =>
  Object.assign({}, ...settings.filter(({ stacks }) => stacks?.includes(stack)).map(({ set }) => set));

type Program = (run: Run) => Promise<Record<string, unknown>>;

function unchanged(bed: Bed): Program {
  return (each) => bed.program(each) as Promise<Record<string, unknown>>;
}

function faulty(bed: Bed, fault: Fault, applied: Set<string>): Program {
  const resources = [...(fault.resources ?? []), ...imageResources(fault.image)];
  const around = { ...bed, onApplied: (what: string) => void applied.add(what) };
  const own = unchanged(bed);
  return (each) => withFault(() => own(each), { ...fault, resources }, around)() as Promise<Record<string, unknown>>;
}

/** Staging first: what it shows already need not be planned three times. */
async function plan(bed: Bed, program: Program, { baseline }: Depth): Promise<Catch | undefined> {
  const plans = new Map<string, Planned>();
  const workspace = workspaceOf(bed.local.location);
  const planOne = async (name: string) =>
    plans.set(name, await planStack(workspace, name, run, { program, policy: !baseline }));
  const stopped = () =>
    catchOf(blocking(findingsOf(plans)).filter(({ check }) => !baseline || check === planCheck.name));
  await planOne(staging.name);
  const early = stopped();
  if (early) return early;
  await Promise.all(bed.stacks.filter(({ name }) => name !== staging.name).map(({ name }) => planOne(name)));
  return stopped();
}

/** As release/ would bring it to staging; production has not changed. */
async function update(bed: Bed, fault: Fault, applied: Set<string>, depth: Depth): Promise<Catch | undefined> {
  const program = faulty(bed, fault, applied);
  const { updates = 1, recycle } = fault.scenario ?? {};
  for (let n = 1; n <= updates; n++) {
    const caught = await updateStack(bed, staging.name, program);
    if (caught) return updates === 1 ? caught : { ...caught, evidence: `update ${n}: ${caught.evidence}` };
  }
  if (recycle) {
    await recycleTasks(bed);
    const caught = await updateStack(bed, staging.name, program);
    if (caught) return { ...caught, evidence: `after every container was replaced: ${caught.evidence}` };
  }
  // An image is built from the project's folder, which has one state: there is no earlier one to return to.
  const rehearsed = fault.image ? undefined : await rehearse(bed, program);
  if (rehearsed || !depth.throughout) return rehearsed;
  const others = bed.stacks.filter(
    ({ name }) => name !== staging.name && [...applied].some((what) => what.startsWith(`${name}: `)),
  );
  const caught = await Promise.all(others.map(({ name }) => updateStack(bed, name, program)));
  return caught.find((one) => one !== undefined);
}

/** Back to the program without the change, and to it again, as a release goes through staging before production. */
async function rehearse(bed: Bed, changed: Program): Promise<Catch | undefined> {
  for (const [program, way] of [
    [unchanged(bed), "back"],
    [changed, "forward again"],
  ] as const) {
    const caught = await updateStack(bed, staging.name, program);
    if (caught) return { stage: "rehearsal", caughtBy: "rehearsal", evidence: `${way}: ${caught.evidence}` };
  }
  return undefined;
}

async function updateStack(bed: Bed, name: string, program: Program): Promise<Catch | undefined> {
  const events: EngineEvent[] = [];
  const late = AbortSignal.timeout(UPDATE_MS);
  try {
    const stack = await bed.stack(name);
    await stack.up({
      program: () => program(run),
      policyPacks: [join(bed.local.location.root, "policy")],
      onEvent: (event) => void events.push(event),
      signal: late,
    });
    return undefined;
  } catch (error) {
    const notStarted = packError(bed.local.location.root, (error as Error).message);
    if (notStarted) throw notStarted;
    const violations = violationsOf(name, events);
    const why = late.aborted ? `the update of ${name} had not ended after ${UPDATE_MS / 1000} s\n` : "";
    const verification = { stage: "verification", caughtBy: "verification" } as const;
    return catchOf(violations.map(policyFinding)) ?? { ...verification, evidence: `${name}: ${why}${reason(error)}` };
  }
}

/** What AWS does when it retires the machines below: every container stops, and others are started as things now are. */
async function recycleTasks({ local, stacks }: Bed): Promise<void> {
  const control = new Control(local.twin.api);
  const region = stacks.find(({ name }) => name === staging.name)?.region ?? "";
  const { regions } = await control.status();
  const old = (regions[region]?.tasks ?? []).filter(({ service }) => service.startsWith(`${staging.name}-`));
  await Promise.all(
    old.map(({ id }) => control.stop(id, "ECS is performing maintenance on the underlying infrastructure")),
  );
  await until(async () => {
    const running = new Set((await control.runningTasks()).map(({ id }) => id));
    return old.every(({ id }) => !running.has(id));
  });
}

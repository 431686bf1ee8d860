import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { PartialUpdate } from "../../stacks/next-record.ts";
import { contract } from "../../stacks/parity-contract.ts";
import { findStack, staging } from "../../stacks/registry.ts";
import { compare, type Difference } from "../plan/compare.ts";
import { deployedResources } from "../plan/deployed.ts";
import { EngineFailed, type StackEngine } from "../workspace/engine.ts";
import { reason } from "../workspace/reason.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { driftNoteText, driftTag } from "./drift-note.ts";
import { allGone, type Drifted, driftedIn } from "./drifted.ts";

export interface Drift {
  stack: string;
  resources: Drifted[];
  /** Where the deployed stack differs from deployed staging; none for staging itself. */
  differences: Difference[];
  /** The last update, where it left out resources. */
  partial?: PartialUpdate;
  /** Why the stack could not be compared. */
  error?: string;
}

/** Compares AWS with the stack's last update, and the stack's deployed state with staging's; changes no resource. */
export async function driftOf({ engine }: Pick<Workspace, "engine">, name: string): Promise<Drift> {
  const stack = await engine.openToRun(name);
  const events: EngineEvent[] = [];
  try {
    await stack.previewRefresh({ onEvent: (event) => void events.push(event) });
  } catch (error) {
    if (!(error instanceof EngineFailed)) throw error;
    return { stack: name, resources: [], differences: [], error: reason(error) };
  }
  const gone = allGone(events);
  if (gone !== undefined) return { stack: name, resources: [], differences: [], error: nothingThere(name, gone) };
  const { partial } = await engine.outputs(name);
  return {
    ...{ stack: name, resources: driftedIn(events), differences: await differences(engine, name) },
    ...(partial?.value && { partial: partial.value }),
  };
}

/** Notes a check in the stack's tags, for `order-queue status`. @param now milliseconds since 1970 */
export async function noteDrift({ engine }: Pick<Workspace, "engine">, drift: Drift, now: number): Promise<void> {
  const { stack, resources, differences, error } = drift;
  const found = error === undefined ? { found: resources.length + differences.length } : {};
  await engine.tag(stack, driftTag, driftNoteText({ at: new Date(now).toISOString(), ...found }));
}

/** All at once are hardly ever lost; a refresh would remove them from the state. */
const nothingThere = (name: string, count: number) =>
  `none of its ${count} AWS resources exists: this looks like another account, region or twin than the one that was ` +
  `deployed to. Fix: check \`aws sts get-caller-identity\` and the region; do not run pulumi refresh -s ${name}`;

async function differences(engine: StackEngine, name: string): Promise<Difference[]> {
  if (findStack(name).role === "staging") return [];
  const [ofStaging, here] = await Promise.all([
    deployedResources(engine, staging.name),
    deployedResources(engine, name),
  ]);
  return compare(ofStaging, here, name, contract).differences;
}

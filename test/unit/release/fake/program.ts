/** What a stack's program knows and decides, by the same pure functions as stacks/program.ts. */

import { refusalOf } from "../../../../stacks/enforce-gate.ts";
import { decide } from "../../../../stacks/gate.ts";
import { verifiedAs } from "../../../../stacks/ledger.ts";
import { nextRecord, partialRecord } from "../../../../stacks/next-record.ts";
import type { Observed, Run } from "../../../../stacks/program.ts";
import { findStack, type StackEntry, staging } from "../../../../stacks/registry.ts";
import type { Scope } from "../../../../stacks/scope.ts";
import { type Settings, settingsFile } from "../../../../stacks/settings.ts";
import { parseSettings } from "../../../../stacks/settings-parser.ts";
import type { FakeBackend } from "./backend.ts";
import type { Version } from "./project.ts";

/** @throws SettingsError, or RunError for a stack that the registry does not have */
export function observe(backend: FakeBackend, version: Version, name: string, run: Run): Observed {
  const stack = findStack(name);
  const settings = settingsOf(stack, { ...version.files[name], ...run.settings });
  const { release, dirty } = version;
  const commit = { commit: version.commit, dirty };
  const records = { own: backend.record(name), staging: backend.record(staging.name) };
  const verdict = decide({ stack, settings, release, commit, records, now: backend.clock.now() });
  return { release, commit, settings, records, verdict };
}

/** To parse the settings of one stack takes most of a run's time, and tests have the same ones again and again. */
const parsed = new Map<string, Settings>();

function settingsOf(stack: StackEntry, values: Readonly<Record<string, string>>): Settings {
  const key = JSON.stringify([stack.name, values]);
  const settings = parsed.get(key) ?? parseSettings({ stack, file: settingsFile(stack.name), values, secrets: [] });
  parsed.set(key, settings);
  return settings;
}

/** Why the gate refuses the update; undefined where it does not. */
export function refusal(name: string, { verdict }: Observed): string | undefined {
  return verdict.allowed ? undefined : refusalOf(name, verdict);
}

/** How many checks hold in a verification of the fake. */
export const CHECKS = 4;

/** Outputs after an update whose verification held, or that was targeted and left it out, as stacks/outputs.ts has them. */
export function outputsAfter(
  name: string,
  { release, commit, records, verdict }: Observed,
  at: string,
  run: Run,
  targeted: boolean,
) {
  const { own, staging: proved } = records;
  const isStaging = findStack(name).role === "staging";
  const known = verifiedAs(proved.ledger, release) ?? verifiedAs(own.ledger, release);
  const image = isStaging ? `sha256:${release}` : (known?.image ?? own.image ?? "");
  const { brokenGlass } = verdict;
  const before = { release: own.running, image: own.image, ledger: own.ledger };
  const of = { release, ...commit, operations: run.operations, brokenGlass };
  const scope: Scope = targeted ? { full: false, why: "pulumi up --target leaves out resources" } : { full: true };
  const verification = { ran: true, release, image, at, checks: CHECKS };
  const record =
    partialRecord(before, of, scope) ?? nextRecord(before, { ...of, role: findStack(name).role, image, verification });
  // The engine stores outputs as JSON: what is undefined is not there.
  return JSON.parse(JSON.stringify({ ...record, ...(brokenGlass !== undefined && { brokenGlass }) }));
}

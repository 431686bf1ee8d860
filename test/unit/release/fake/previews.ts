/** Runs of the in-memory engine that change nothing: a preview, and a preview of a refresh. */
import { EngineFailed, type OnEvent, type PreviewRequest } from "../../../../release/workspace/engine.ts";
import { event, eventsOf, metadataOf, violated } from "./steps.ts";
import { heardByAll, packNotStarted, report, runProgram, type Subject } from "./subject.ts";

/** How long a preview takes. */
const PREVIEW_MS = 5_000;

export async function previewOf(subject: Subject, { onEvent, policyPack, run = {} }: PreviewRequest): Promise<void> {
  const { backend, name } = subject;
  backend.runs.push(`preview ${name}`);
  backend.pass(PREVIEW_MS);
  if (policyPack !== undefined && backend.policyPack === "does not start") throw packNotStarted();
  const steps = await heardByAll(subject, () => runProgram(subject, run).steps);
  for (const step of steps) for (const one of eventsOf(step)) onEvent(one);
  if (policyPack !== undefined && backend.policyPack === "judges") judge(subject, policyPack, onEvent);
}

/** Judges the plan by the policy pack, which the summary names in PascalCase (release/workspace/policy-pack.ts). */
function judge({ name, version }: Subject, policyPack: string, onEvent: OnEvent): void {
  const broken = version.violations.filter(({ stack, unknownInPreview }) => stack === name && !unknownInPreview);
  for (const one of broken) onEvent(violated(one));
  const policyPacks = { [`order-queue|local|${policyPack}`]: "" };
  const summary = { maybeCorrupt: false, durationSeconds: 1, resourceChanges: {}, policyPacks };
  onEvent(event({ summaryEvent: Object.assign(summary, { PolicyPacks: policyPacks }) }));
  if (broken.length > 0) throw new EngineFailed(report(name, "preview failed"), false);
}

export async function refreshOf({ backend, name }: Subject, onEvent: OnEvent): Promise<void> {
  backend.runs.push(`refresh ${name}`);
  const unreadable = backend.unreadable.get(name);
  if (unreadable !== undefined) throw new EngineFailed(report(name, unreadable), false);
  for (const before of backend.open(name).state) {
    const change = backend.manualChanges.get(name)?.get(before.urn.split("::").at(-1) ?? "");
    const changed = change?.op === "update" ? change.diffs : [];
    const after = change?.op === "delete" ? {} : { after: before };
    const metadata = metadataOf({ before, ...after, changed, forced: [] }, change?.op ?? "same");
    onEvent(event({ resOutputsEvent: { metadata } }));
  }
}

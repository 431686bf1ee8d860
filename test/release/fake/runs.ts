/** Runs of the in-memory engine: preview, update and refresh of one stack with one program. */

import type { PreviewRequest } from "../../../release/workspace/engine.ts";
import {
  EngineFailed,
  type OnEvent,
  type UpdateRequest,
  type UpdateResult,
} from "../../../release/workspace/engine.ts";
import type { Observed, Run } from "../../../stacks/program.ts";
import type { FakeBackend, HistoryEntry, StoredStack } from "./backend.ts";
import type { FakeProcess } from "./engine.ts";
import { observe, outputsAfter, refusal } from "./program.ts";
import { declared, VERIFICATION, type Version } from "./project.ts";
import { applySteps, countSteps, event, eventsOf, type FakeStep, metadataOf, planSteps } from "./steps.ts";

export interface Subject {
  backend: FakeBackend;
  process: FakeProcess;
  name: string;
  version: Version;
  /** Whether the program runs in this process, where what it throws is heard by every other run. */
  inline: boolean;
}

/** How long a preview and an update take, and what passes between two updates. */
const PREVIEW_MS = 5_000;
const UPDATE_MS = 60_000;
const PAUSE_MS = 1_000;

export async function previewOf(subject: Subject, { onEvent, policyPack, run = {} }: PreviewRequest): Promise<void> {
  const { backend, process, name, version, inline } = subject;
  backend.runs.push(`preview ${name}`);
  backend.pass(PREVIEW_MS);
  if (policyPack !== undefined && backend.policyPack === "does not start")
    throw new EngineFailed(`error: could not start policy pack "order-queue"`, false);
  await heardOrDone(subject, () => {
    const { steps } = runProgram(subject, run);
    refuseProtected(steps);
    for (const step of steps) for (const one of eventsOf(step)) onEvent(one);
  });
  if (policyPack === undefined || backend.policyPack === "takes no part") return;
  const broken = version.violations.filter(({ stack }) => stack === name);
  for (const { rule, resource, message } of broken) {
    const pack = { policyPackName: "order-queue", policyPackVersion: "", policyPackVersionTag: "" };
    const level = { color: "never", enforcementLevel: "mandatory" as const };
    const resourceUrn = `urn:pulumi:${name}::order-queue::type::${resource}`;
    onEvent(event({ policyEvent: { resourceUrn, policyName: rule, message: `${message}\n`, ...pack, ...level } }));
  }
  const policyPacks = { [`order-queue|local|${policyPack}`]: "" };
  // The engine writes the property in PascalCase (release/policy-pack.ts).
  const summary = {
    maybeCorrupt: false,
    durationSeconds: 1,
    resourceChanges: {},
    policyPacks,
    PolicyPacks: policyPacks,
  };
  onEvent(event({ summaryEvent: summary }));
  if (broken.length > 0) throw new EngineFailed(report(name, "preview failed"), false);

  /** A program that throws ends every inline run of its process, as the SDK reports it to each. */
  async function heardOrDone({ name: own }: Subject, work: () => void): Promise<void> {
    let heard: EngineFailed | undefined;
    const listen = (error: EngineFailed) => {
      heard = error;
    };
    if (inline) process.listeners.add(listen);
    try {
      await process.turn(() => {
        try {
          work();
        } catch (error) {
          if (error instanceof EngineFailed) throw error;
          const message = report(own, (error as Error).message);
          if (inline) for (const each of process.listeners) each(new EngineFailed(message, false));
          throw new EngineFailed(message, inline);
        }
      });
      // Whoever is in progress beside this one may still throw.
      await process.turn(() => {});
      if (heard) throw heard;
    } finally {
      process.listeners.delete(listen);
    }
  }
}

export async function updateOf(subject: Subject, request: UpdateRequest, run: Run): Promise<UpdateResult> {
  const { backend, name } = subject;
  const stack = backend.open(name);
  if (stack.lock)
    throw new EngineFailed(
      "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.",
      false,
    );
  backend.runs.push(`update ${name}`);
  backend.pass(PAUSE_MS);
  stack.lock = { seenAs: () => (subject.process.dead ? "abandoned" : "held") };
  const startTime = iso(backend);
  try {
    const result = await applied(subject, stack, request.onEvent, run);
    note(subject, stack, { result: "succeeded", message: request.message, startTime });
    return result;
  } catch (error) {
    note(subject, stack, { result: "failed", message: request.message, startTime });
    throw error;
  } finally {
    stack.lock = undefined;
  }
}

/** Applies an update; never returns where it is killed. */
async function applied(subject: Subject, stack: StoredStack, onEvent: OnEvent, run: Run): Promise<UpdateResult> {
  const { backend, process, name, version } = subject;
  const { observed, steps } = programOf(subject, run);
  const killAfter = backend.killOf(name);
  backend.pass(UPDATE_MS);
  let changes = 0;
  for (const step of steps) {
    if (step.op !== "same" && changes++ === killAfter) {
      process.kill();
      return new Promise<never>(() => {});
    }
    const broken = step.after?.type === VERIFICATION ? version.broken[name] : undefined;
    if (broken !== undefined) throw new EngineFailed(report(name, broken), false);
    stack.state = applySteps(stack.state, [step]);
    for (const one of eventsOf(step)) onEvent(one);
  }
  stack.outputs = outputsAfter(name, observed, iso(backend), run);
  for (const { op, after } of steps) if (op !== "same") forgetManualChange(backend, name, after?.urn ?? "");
  return { outputs: backend.outputs(name), changes: countSteps(steps) };
}

/** The program of an update, which the gate may stop before anything is registered. */
function programOf(subject: Subject, run: Run) {
  try {
    const program = runProgram(subject, run, (observed) => refusal(subject.name, observed));
    refuseProtected(program.steps);
    return program;
  } catch (error) {
    if (error instanceof EngineFailed) throw error;
    throw new EngineFailed(report(subject.name, (error as Error).message), subject.inline);
  }
}

/** Runs the program: what it observed, and the steps that the engine makes of what it registers. */
function runProgram(
  { backend, name, version }: Subject,
  run: Run,
  refuse: (observed: Observed) => string | undefined = () => undefined,
): { observed: Observed; steps: FakeStep[] } {
  const observed = observe(backend, version, name, run);
  run.observe?.(observed);
  const stop = refuse(observed) ?? version.throws[name];
  if (stop !== undefined) throw new Error(stop);
  const program = declared(version, name, observed.settings, iso(backend));
  return { observed, steps: planSteps(name, backend.open(name).state, program) };
}

/** The engine refuses in a preview as well (pulumi pkg/resource/deploy/step.go, DeleteStep). */
function refuseProtected(steps: readonly FakeStep[]): void {
  const step = steps.find(({ op, before }) => op === "delete" && before?.protect);
  if (step)
    throw new EngineFailed(`error: resource "${step.before?.urn}" cannot be deleted because it is protected`, false);
}

export async function refreshOf({ backend, name }: Subject, onEvent: OnEvent): Promise<void> {
  backend.runs.push(`refresh ${name}`);
  const unreadable = backend.unreadable.get(name);
  if (unreadable !== undefined) throw new EngineFailed(report(name, unreadable), false);
  for (const before of backend.open(name).state) {
    const change = backend.manualChanges.get(name)?.get(before.urn.split("::").at(-1) ?? "");
    const diffs = change?.op === "update" ? change.diffs : [];
    const after = change?.op === "delete" ? {} : { after: before };
    const metadata = metadataOf({ before, ...after, changed: diffs, forced: [] }, change?.op ?? "same");
    onEvent(event({ resOutputsEvent: { metadata } }));
  }
}

function forgetManualChange(backend: FakeBackend, stack: string, urn: string): void {
  backend.manualChanges.get(stack)?.delete(urn.split("::").at(-1) ?? "");
}

function note(
  { backend, version }: Subject,
  stack: StoredStack,
  { result, message, startTime }: Pick<HistoryEntry, "result" | "startTime"> & { message: string | undefined },
): void {
  const environment = { "git.head": version.commit, "git.dirty": version.dirty ? "true" : "false" } as const;
  const entry = { kind: "update", result, message: message ?? version.subject, startTime } as const;
  stack.history.unshift({ ...entry, endTime: iso(backend), environment });
}

function iso({ clock }: FakeBackend): string {
  return new Date(clock.now()).toISOString();
}

/** A report as the engine prints it. */
function report(stack: string, why: string): string {
  const lines = why.split("\n").map((line, index) => (index === 0 ? `    error: ${line}` : `      ${line}`));
  return ["Diagnostics:", `  pulumi:pulumi:Stack (order-queue-${stack}):`, ...lines, ""].join("\n");
}

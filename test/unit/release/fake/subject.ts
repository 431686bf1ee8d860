/** One run of a stack's program on the in-memory engine. */
import { EngineFailed } from "../../../../release/workspace/engine.ts";
import type { Observed, Run } from "../../../../stacks/program.ts";
import type { FakeBackend } from "./backend.ts";
import type { Life } from "./life.ts";
import { observe } from "./program.ts";
import { declared, type Version } from "./project.ts";
import { type FakeStep, planSteps } from "./steps.ts";

export interface Subject {
  readonly backend: FakeBackend;
  readonly process: Life;
  /** The stack. */
  readonly name: string;
  readonly version: Version;
  /** Whether the program runs in this process, where every other run hears what it throws. */
  readonly inline: boolean;
  /** A raw `pulumi up`: no policy pack judges it. */
  readonly raw?: boolean;
  /** Of a targeted update: the type of the resources that it changes. */
  readonly target?: string;
}

export interface Registered {
  observed: Observed;
  /** What the engine does with what the program registers. */
  steps: FakeStep[];
}

/** Runs the program. @param refuse why an update stops before anything is registered */
export function runProgram(
  { backend, name, version }: Subject,
  run: Run,
  refuse: (observed: Observed) => string | undefined = () => undefined,
): Registered {
  const observed = observe(backend, version, name, run);
  run.observe?.(observed);
  const stop = refuse(observed) ?? version.throws[name];
  if (stop !== undefined) throw new Error(stop);
  const steps = planSteps(name, backend.open(name).state, declared(version, name, observed.settings, iso(backend)));
  refuseProtected(steps);
  return { observed, steps };
}

/** The engine refuses in a preview as well (pulumi pkg/resource/deploy/step.go, DeleteStep). */
function refuseProtected(steps: readonly FakeStep[]): void {
  const step = steps.find(({ op, before }) => op === "delete" && before?.protect);
  if (step)
    throw new EngineFailed(`error: resource "${step.before?.urn}" cannot be deleted because it is protected`, false);
}

export function iso({ clock }: FakeBackend): string {
  return new Date(clock.now()).toISOString();
}

/** What the engine reports where it cannot start the policy pack. */
export function packNotStarted(): EngineFailed {
  return new EngineFailed(`error: could not start policy pack "order-queue"`, false);
}

/** A report as the engine prints it. */
export function report(stack: string, why: string): string {
  const lines = why.split("\n").map((line, index) => (index === 0 ? `    error: ${line}` : `      ${line}`));
  return ["Diagnostics:", `  pulumi:pulumi:Stack (order-queue-${stack}):`, ...lines, ""].join("\n");
}

/** A program that throws fails every inline run of its process, since the SDK reports it to each. */
export async function heardByAll<T>({ process, name, inline }: Subject, work: () => T | Promise<T>): Promise<T> {
  let heard: EngineFailed | undefined;
  const listen = (error: EngineFailed) => {
    heard = error;
  };
  if (inline) process.listeners.add(listen);
  try {
    const result = await process.turn(async () => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof EngineFailed) throw error;
        const message = report(name, (error as Error).message);
        if (inline) reportToAll(process, message);
        throw new EngineFailed(message, inline);
      }
    });
    // A run that is in progress beside this one may still throw.
    await process.turn(() => {});
    if (heard) throw heard;
    return result;
  } finally {
    process.listeners.delete(listen);
  }
}

/** Reports an error to every inline run of a process. */
export function reportToAll({ listeners }: Life, message: string): void {
  for (const each of listeners) each(new EngineFailed(message, false));
}

/** A workspace on the real systems: Pulumi's Automation API and CLI, CloudWatch, the system clock. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { program as ownProgram } from "../../stacks/program.ts";
import { stacks } from "../../stacks/registry.ts";
import { serviceQuotas } from "./account-quotas.ts";
import { cloudWatchAlarms } from "./cloudwatch.ts";
import {
  EngineFailed,
  historyCommand,
  type OwnStack,
  type RunnableStack,
  type StackEngine,
  type UpdateResult,
} from "./engine.ts";
import { lockOf, lockOwner } from "./lock-files.ts";
import { run } from "./process.ts";
import {
  openStack,
  openStackIn,
  openStackToRun,
  processEnvironment,
  type Stack,
  stackFiles,
  type WorkspaceLocation,
} from "./stack.ts";
import { timed, within } from "./timings.ts";
import type { Workspace } from "./workspace.ts";
import { atCommit } from "./worktree.ts";

// The SDK sends each debug message to the engine, three for a resource: more than half of a program's calls. No command shows them.
Object.assign(pulumi.log, { debug: async () => {} });

/** A workspace of a location: its engine, CloudWatch of its account, the system clock. */
export function workspaceOf(location: WorkspaceLocation): Workspace {
  return {
    root: location.root,
    environment: processEnvironment(location),
    stacks,
    engine: automationEngine(location),
    alarms: cloudWatchAlarms(location),
    quotas: serviceQuotas(location),
    clock: { now: () => Date.now(), sleep: async (milliseconds) => void (await sleep(milliseconds)) },
  };
}

function automationEngine(location: WorkspaceLocation): StackEngine {
  const env = processEnvironment(location);
  const backend = { ...process.env, ...env }.PULUMI_BACKEND_URL;
  return {
    open: async (stack) => void (await openStack(location, stack)),
    openToRun: async (stack) => ownStack(await openStackToRun(location, stack), packOf(location.root)),
    outputs: async (stack) => (await openStack(location, stack)).outputs(),
    deployment: async (stack) => (await (await openStack(location, stack)).exportStack()).deployment,
    history: (stack) => run(location.engine.pulumi, historyCommand(stack), { cwd: stackFiles(location), env }),
    lock: (stack) => lockOf(backend, stack),
    lockOwner: (stack) => lockOwner(backend, stack),
    tag: async (stack, name, value) => (await openStack(location, stack)).setTag(name, value),
    cancel: async (stack) => (await openStack(location, stack)).cancel(),
    // The pack of the commit: the rules that its release was verified under. Later rules must not forbid a rollback.
    atCommit: (at, progress, work) =>
      atCommit(location, at, progress, (stack) =>
        work(runnable(stack, { policyPack: packOf(stack.workspace.workDir) })),
      ),
  };
}

const packOf = (root: string): string => join(root, "policy");

/**
 * A stack with the program and the stack file of another folder, which the engine runs in a process of its own. No policy
 * pack judges it, as in a raw `pulumi up`.
 */
export async function openProjectStack(
  location: WorkspaceLocation,
  folder: string,
  stack: string,
): Promise<RunnableStack> {
  return runnable(await openStackIn(location, folder, stack));
}

/**
 * An opened stack.
 *
 * @param program runs in this process; without it, the engine runs the program of the stack's folder
 * @param policyPack folder of the policy pack that judges plans and updates; none does when it is left out
 */
export function runnable(
  stack: Stack,
  { program, policyPack }: { program?: () => Promise<unknown>; policyPack?: string } = {},
): RunnableStack {
  const pack = policyPacks(policyPack);
  return {
    name: stack.name,
    preview: ({ onEvent }) =>
      reported(program, async (inline) => void (await stack.preview({ onEvent, ...pack, ...inline }))),
    update: ({ onEvent, message }) =>
      reported(program, (inline) => up(stack, { onEvent, message, ...pack, ...inline })),
  };
}

const policyPacks = (pack: string | undefined): { policyPacks?: string[] } =>
  pack === undefined ? {} : { policyPacks: [pack] };

function ownStack(stack: Stack, pack: string): OwnStack {
  return {
    name: stack.name,
    preview: ({ onEvent, run = {}, program = ownProgram, policyPack }) =>
      reported(
        () => program(run),
        async (inline) => {
          await stack.preview({ ...inline, ...policyPacks(policyPack), onEvent });
        },
      ),
    update: ({ onEvent, message, run }) =>
      reported(
        () => ownProgram({ ...run, full: true }),
        (inline) => up(stack, { onEvent, message, ...policyPacks(pack), ...inline }),
      ),
    previewRefresh: ({ onEvent }) => reported(undefined, async () => void (await stack.previewRefresh({ onEvent }))),
  };
}

type UpOptions = NonNullable<Parameters<Stack["up"]>[0]>;
type Inline = Pick<UpOptions, "program">;

async function up(
  stack: Stack,
  { message, ...options }: Pick<UpOptions, "program" | "policyPacks" | "onEvent"> & { message: string | undefined },
): Promise<UpdateResult> {
  const { outputs, summary } = await stack.up({ ...options, ...(message !== undefined && { message }) });
  return { outputs, changes: summary.resourceChanges ?? {} };
}

/** Runs the engine, and notes whether the program was what threw. @throws {EngineFailed} */
async function reported<T>(program: (() => Promise<unknown>) | undefined, work: (inline: Inline) => Promise<T>) {
  let thrown: unknown;
  const inline = within(async () => {
    try {
      return (await timed("program", async () => program?.())) as Record<string, unknown>;
    } catch (error) {
      thrown = error;
      throw error;
    }
  });
  try {
    return await work(program ? { program: inline } : {});
  } catch (error) {
    const report = error instanceof Error ? error.message : String(error);
    // The engine's report has no stack of a program that runs in this process; a RunError needs none.
    const stack = thrown instanceof Error && !("__pulumiRunError" in thrown) ? `\n${thrown.stack}` : "";
    throw new EngineFailed(`${report}${stack}`, thrown !== undefined);
  }
}

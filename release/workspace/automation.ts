/** A workspace on the real systems: Pulumi's Automation API and CLI, CloudWatch, the system clock. */
import { setTimeout as sleep } from "node:timers/promises";
import { program as ownProgram } from "../../stacks/program.ts";
import { stacks } from "../../stacks/registry.ts";
import { cloudWatchAlarms } from "./cloudwatch.ts";
import { EngineFailed, type OwnStack, type RunnableStack, type StackEngine, type UpdateResult } from "./engine.ts";
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
import type { Workspace } from "./workspace.ts";
import { atCommit } from "./worktree.ts";

/** A workspace of a location: its engine, CloudWatch of its account, the system clock. */
export function workspaceOf(location: WorkspaceLocation): Workspace {
  return {
    root: location.root,
    environment: processEnvironment(location),
    stacks,
    engine: automationEngine(location),
    alarms: cloudWatchAlarms(location),
    clock: { now: () => Date.now(), sleep: async (milliseconds) => void (await sleep(milliseconds)) },
  };
}

function automationEngine(location: WorkspaceLocation): StackEngine {
  const env = processEnvironment(location);
  const backend = { ...process.env, ...env }.PULUMI_BACKEND_URL;
  return {
    open: async (stack) => void (await openStack(location, stack)),
    openToRun: async (stack) => ownStack(await openStackToRun(location, stack)),
    outputs: async (stack) => (await openStack(location, stack)).outputs(),
    deployment: async (stack) => (await (await openStack(location, stack)).exportStack()).deployment,
    history: (stack) =>
      run(location.engine.pulumi, ["stack", "history", "--stack", stack, "--json"], { cwd: stackFiles(location), env }),
    lock: (stack) => lockOf(backend, stack),
    lockOwner: (stack) => lockOwner(backend, stack),
    tag: async (stack, name, value) => (await openStack(location, stack)).setTag(name, value),
    cancel: async (stack) => (await openStack(location, stack)).cancel(),
    atCommit: (at, progress, work) => atCommit(location, at, progress, (stack) => work(runnable(stack))),
  };
}

/** A stack with the program and the stack file of another folder, which the engine runs in a process of its own. */
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
 */
export function runnable(stack: Stack, program?: () => Promise<unknown>): RunnableStack {
  return {
    name: stack.name,
    preview: ({ onEvent }) => reported(program, async (inline) => void (await stack.preview({ onEvent, ...inline }))),
    update: ({ onEvent, message }) => reported(program, (inline) => up(stack, { onEvent, message, ...inline })),
  };
}

function ownStack(stack: Stack): OwnStack {
  return {
    name: stack.name,
    preview: ({ onEvent, run = {}, program = ownProgram, policyPack }) =>
      reported(
        () => program(run),
        async (inline) => {
          await stack.preview({ ...inline, ...(policyPack !== undefined && { policyPacks: [policyPack] }), onEvent });
        },
      ),
    update: ({ onEvent, message, run }) =>
      reported(
        () => ownProgram({ ...run, full: true }),
        (inline) => up(stack, { onEvent, message, ...inline }),
      ),
    previewRefresh: ({ onEvent }) => reported(undefined, async () => void (await stack.previewRefresh({ onEvent }))),
  };
}

type Inline = Pick<NonNullable<Parameters<Stack["up"]>[0]>, "program">;

async function up(
  stack: Stack,
  {
    message,
    ...options
  }: Inline & Pick<NonNullable<Parameters<Stack["up"]>[0]>, "onEvent"> & { message: string | undefined },
): Promise<UpdateResult> {
  const { outputs, summary } = await stack.up({ ...options, ...(message !== undefined && { message }) });
  return { outputs, changes: summary.resourceChanges ?? {} };
}

/** Runs the engine, and notes whether the program was what threw. @throws {EngineFailed} */
async function reported<T>(program: (() => Promise<unknown>) | undefined, work: (inline: Inline) => Promise<T>) {
  let thrown: unknown;
  const inline = async () => {
    try {
      return (await program?.()) as Record<string, unknown>;
    } catch (error) {
      thrown = error;
      throw error;
    }
  };
  try {
    return await work(program ? { program: inline } : {});
  } catch (error) {
    const report = error instanceof Error ? error.message : String(error);
    // The engine's report has no stack of a program that runs in this process; a RunError needs none.
    const stack = thrown instanceof Error && !("__pulumiRunError" in thrown) ? `\n${thrown.stack}` : "";
    throw new EngineFailed(`${report}${stack}`, thrown !== undefined);
  }
}

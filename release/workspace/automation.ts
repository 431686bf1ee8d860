/** A workspace on the real systems: Pulumi's Automation API and CLI, CloudWatch, the system clock. */
import { setTimeout as sleep } from "node:timers/promises";
import { program as ownProgram } from "../../stacks/program.ts";
import { cloudWatchAlarms } from "./cloudwatch.ts";
import { EngineFailed, type OwnStack, type RunnableStack, type StackEngine, type UpdateResult } from "./engine.ts";
import { lockOf } from "./lock-files.ts";
import { run } from "./process.ts";
import { openStack, openStackIn, openStackToRun, type Place, processEnvironment, type Stack } from "./stack.ts";
import type { Workspace } from "./workspace.ts";
import { atCommit } from "./worktree.ts";

export function workspaceOf(place: Place): Workspace {
  return {
    root: place.root,
    environment: processEnvironment(place),
    engine: automationEngine(place),
    alarms: cloudWatchAlarms(place),
    clock: { now: () => Date.now(), sleep: async (milliseconds) => void (await sleep(milliseconds)) },
  };
}

function automationEngine(place: Place): StackEngine {
  const env = processEnvironment(place);
  return {
    open: async (stack) => void (await openStack(place, stack)),
    openToRun: async (stack) => ownStack(await openStackToRun(place, stack)),
    outputs: async (stack) => (await openStack(place, stack)).outputs(),
    deployment: async (stack) => (await (await openStack(place, stack)).exportStack()).deployment,
    history: (stack) =>
      run(place.engine.pulumi, ["stack", "history", "--stack", stack, "--json"], { cwd: place.root, env }),
    lock: (stack) => lockOf({ ...process.env, ...env }.PULUMI_BACKEND_URL, stack),
    cancel: async (stack) => (await openStack(place, stack)).cancel(),
    atCommit: (at, progress, work) => atCommit(place, at, progress, (stack) => work(runnable(stack))),
  };
}

/** A stack with the program and the stack file of another folder, which the engine runs in a process of its own. */
export async function openProjectStack(place: Place, folder: string, stack: string): Promise<RunnableStack> {
  return runnable(await openStackIn(place, folder, stack));
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
  let threw = false;
  const inline = async () => {
    try {
      return (await program?.()) as Record<string, unknown>;
    } catch (error) {
      threw = true;
      throw error;
    }
  };
  try {
    return await work(program ? { program: inline } : {});
  } catch (error) {
    throw new EngineFailed(error instanceof Error ? error.message : String(error), threw);
  }
}

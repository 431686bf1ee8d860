/**
 * Where faults are run: three stacks deployed once, and a copy of all that (twin, backend, the project's files) for each
 * fault that changes anything. Previews change nothing and share one.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../release/workspace/location.ts";
import { openStackToRun, type Stack } from "../../release/workspace/stack.ts";
import type * as programs from "../../stacks/program.ts";
import type { Run } from "../../stacks/program.ts";
import type * as registry from "../../stacks/registry.ts";
import { stacks as ownStacks, type StackEntry } from "../../stacks/registry.ts";
import { type Local, startLocal, type TwinSettings } from "../local.ts";

/**
 * Faults are in no commit. What a check fails is not waited for as long as at AWS, where the settings' 300 s are needed.
 */
export const run: Run = {
  settings: {
    "order-queue:uncommitted": "true",
    "order-queue:bakeSeconds": "0",
    "order-queue:verificationSeconds": "20",
  },
};

/** A running twin with stacks, and the program that belongs to it. */
export interface Bed {
  local: Local;
  program(run: Run): Promise<unknown>;
  stacks: readonly StackEntry[];
  placeOf(stack: string): StackEntry;
  stack(name: string): Promise<Stack>;
  /** Outputs of a resource as the stack's last update left it. */
  remembered(stack: string, type: string, name: string): Record<string, unknown> | undefined;
  /** Whether a stack's last update left it with that resource. */
  holds(stack: string, type: string, id: string): boolean;
  close(): Promise<void>;
}

export interface Base {
  /** For previews: deployed, or with nothing in it. */
  preview(from: "deployed" | "scratch"): Promise<Bed>;
  /** A copy that may be changed. */
  copy(from: "deployed" | "scratch", changes: Changes): Promise<Bed>;
  close(): Promise<void>;
}

/** How a copy is not as what it was copied from. */
export interface Changes extends Pick<TwinSettings, "zones" | "variables"> {
  /** Changes the project's files before anything starts. */
  prepare(project: string): void;
}

/** What a release is made of, and what a workspace needs beside it. */
const projectFiles = [
  "infra",
  "stacks",
  "service",
  "policy",
  "engine",
  "package.json",
  "package-lock.json",
  "Pulumi.yaml",
];

/**
 * @param folder where copies are made; its removal is the caller's
 * @param deployed state of three deployed stacks; empty when no fault needs them
 */
export function openBase(folder: string, deployed: string): Base {
  const previews = new Map<string, Promise<Bed>>();
  const copyState = (from: "deployed" | "scratch") => {
    const state = mkdtempSync(join(folder, "copy-"));
    if (from === "deployed") cpSync(deployed, state, { recursive: true });
    return state;
  };
  return {
    preview(from) {
      const bed = previews.get(from) ?? open(copyState(from), root, {});
      previews.set(from, bed);
      return bed;
    },
    async copy(from, { prepare, ...twin }) {
      const state = copyState(from);
      const project = join(state, "project");
      copyProject(project);
      prepare(project);
      const bed = await open(state, project, twin);
      return {
        ...bed,
        close: async () => {
          await bed.close();
          rmSync(state, { recursive: true, force: true });
        },
      };
    },
    async close() {
      for (const bed of previews.values()) await (await bed).close();
    },
  };
}

function copyProject(project: string): void {
  for (const file of [...projectFiles, ...ownStacks.map(({ name }) => `Pulumi.${name}.yaml`)])
    cpSync(join(root, file), join(project, file), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
}

/** The program, stacks and files of a project on a twin with that state. */
async function open(state: string, project: string, twin: Omit<Changes, "prepare">): Promise<Bed> {
  const { program }: typeof programs = await import(join(project, "stacks", "program.ts"));
  const { stacks, findStack }: typeof registry = await import(join(project, "stacks", "registry.ts"));
  const local = await startLocal(state, () => {}, { ...twin, project, containers: "processes" });
  const opened = new Map<string, Promise<Stack>>();
  const records = new Map<string, ReturnType<typeof readRecord>>();
  const record = (stack: string) => {
    const read = records.get(stack) ?? readRecord(local.backend, stack);
    records.set(stack, read);
    return read;
  };
  return {
    local,
    program: (run) => program({ ...run, full: true }),
    stacks,
    placeOf: findStack,
    stack(name) {
      const stack = opened.get(name) ?? openStackToRun(local.location, name);
      opened.set(name, stack);
      return stack;
    },
    remembered: (stack, type, name) => record(stack).get(`${type} ${name}`),
    holds: (stack, type, id) =>
      [...record(stack)].some(([key, known]) => key.startsWith(`${type} `) && known.id === id),
    close: () => local.stop(),
  };
}

/** The engine's own record of a stack: outputs by type and logical name (pulumi sdk/go/common/apitype, CheckpointV3). */
function readRecord(backend: string, stack: string): Map<string, Record<string, unknown>> {
  const file = join(backend, ".pulumi", "stacks", "order-queue", `${stack}.json`);
  let resources: { urn: string; type: string; id?: string; outputs?: Record<string, unknown> }[] = [];
  try {
    resources = JSON.parse(readFileSync(file, "utf8")).checkpoint.latest?.resources ?? [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return new Map(
    resources.map(({ urn, type, id, outputs }) => [
      `${type} ${urn.split("::").at(-1)}`,
      { ...outputs, ...(id && { id }) },
    ]),
  );
}

/** The release with a fault in it is another one than without. */
export function markRelease(project: string, fault: unknown): void {
  writeFileSync(join(project, "infra", "fault.json"), JSON.stringify(fault));
}

import { availableParallelism } from "node:os";
import { pMapKeyed } from "p-map";
import type { Run } from "../../stacks/program.ts";
import { timed } from "../workspace/timings.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type Planned, planStack } from "./plan.ts";

/** Engines at work at once: each keeps a processor busy, waits for the program in turns, and takes some 300 MB. */
const concurrency = availableParallelism() + 1;

/** Opens every stack, and creates those that are new. */
export async function openAll({ engine, stacks }: Pick<Workspace, "engine" | "stacks">): Promise<void> {
  const names = new Map(stacks.map(({ name }) => [name, name]));
  await timed("open stacks", () => pMapKeyed(names, (name) => engine.open(name), { concurrency }));
}

/** Plans every stack, as many at once as the machine has use for. */
export async function planAll(
  workspace: Pick<Workspace, "engine" | "root" | "stacks">,
  progress: (line: string) => void,
  run: Run = {},
): Promise<Map<string, Planned>> {
  const names = new Map(workspace.stacks.map(({ name }) => [name, name]));
  // All of them first: production's program reads staging's outputs, so staging must exist.
  await openAll(workspace);
  const plan = async (name: string): Promise<Planned> => {
    const planned = await planStack(workspace, name, run);
    if (!planned.error) progress(`${name}: ${planned.plan.resources.length} resources planned`);
    return planned;
  };
  const planned = await pMapKeyed(names, plan, { concurrency });
  // The SDK reports one program's error to every program of the process: stacks that did not throw are planned again.
  const someThrew = [...planned.values()].some(({ threw }) => threw);
  const mayOnlyHaveHeard = ({ error, threw }: Planned) => someThrew && error !== undefined && !threw;
  const settled = await pMapKeyed(planned, (each, name) => (mayOnlyHaveHeard(each) ? plan(name) : each), {
    concurrency,
  });
  for (const [name, { error }] of settled) if (error) progress(`${name}: failed`);
  return settled;
}

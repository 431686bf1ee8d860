import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { readHistory, rollback } from "../../release/promotion/rollback.ts";
import { runUpdate } from "../../release/promotion/update.ts";
import { openProjectStack, workspaceOf } from "../../release/workspace/automation.ts";
import type { WorkspaceLocation } from "../../release/workspace/stack.ts";
import type { Checkout } from "./checkout.ts";

/** A good change of one production stack, rolled back by `order-queue rollback`. */
export interface Revert {
  stack: string;
  /** What it changed. */
  change: string;
  /** How long making it took, verification included. */
  updateSeconds: number;
  /** How long the rollback took: checkout, preview, update, verification. */
  seconds: number;
  /** AWS resources that the rollback changed. */
  changed: number;
}

const setting = "order-queue:erpTimeoutSeconds";

/** Gives ERPs a second more, which rolls new containers out; returns the stack file with it. */
export function changeSettings(text: string): { text: string; change: string } {
  const file = parseDocument(text);
  const before = Number(file.getIn(["config", setting]));
  if (!Number.isInteger(before)) throw new Error(`the stack file has no ${setting}`);
  file.setIn(["config", setting], String(before + 1));
  return { text: file.toString({ lineWidth: 0 }), change: `${setting.split(":")[1]} ${before} → ${before + 1}` };
}

/** Commits the change, updates the stack with it, and rolls it back. */
export async function changeAndRevert(
  location: WorkspaceLocation,
  stack: string,
  { folder, commit, commitAll }: Checkout,
  options: { worktrees: string; progress: (line: string) => void },
): Promise<Revert> {
  const { worktrees, progress } = options;
  const here = { ...location, root: folder };
  const update = async (message: string) =>
    runUpdate(await openProjectStack(here, folder, stack), { progress, message });
  // Files that no commit has can be deployed, but not rolled back to: what runs is committed first.
  const [latest] = await readHistory(workspaceOf(here).engine, stack);
  if (latest?.commit !== commit || latest.dirty) await update("the working tree as it is");

  const file = join(folder, `Pulumi.${stack}.yaml`);
  const { text, change } = changeSettings(readFileSync(file, "utf8"));
  writeFileSync(file, text);
  await commitAll(`${stack}: ${change}`);
  progress(`${stack}: a good change: ${change}`);
  const { seconds: updateSeconds } = await update(change);
  const { seconds, steps } = await rollback(workspaceOf(here), stack, { folder: worktrees, progress });
  const changed = steps.filter(({ op, type }) => op !== "read" && type.startsWith("aws:")).length;
  return { stack, change, updateSeconds, seconds, changed };
}

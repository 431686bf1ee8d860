/** Changes that engineers make, each committed in the soak's own project and brought to AWS by the real engine. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { rollback } from "../../release/promotion/rollback.ts";
import { runUpdate } from "../../release/promotion/update.ts";
import { openProjectStack, workspaceOf } from "../../release/workspace/automation.ts";
import { commitAll, editStackFile } from "../project.ts";
import { release } from "../replay/change.ts";
import { git } from "../replay/checkout.ts";
import { NotRecovered, type Running } from "./running.ts";

const quiet = () => {};

/**
 * Dispatch gets more memory or less, which rolls new containers out. Sizes may differ from staging's: a release that comes
 * later finds parity kept. @throws {UpdateFailed}
 */
export async function deploy(running: Running, stack: string): Promise<void> {
  await bring(running, stack, changeMemory(running.project, stack));
}

/** Takes a deployment back, and then its commit. @throws {UpdateFailed} */
export async function rollBack(running: Running, stack: string): Promise<void> {
  const { local, project } = running;
  await deploy(running, stack);
  await rollback(workspaceOf(local.location), stack, { folder: `${project}-worktrees`, progress: quiet });
  await git(project, "revert", "--no-edit", "HEAD");
}

/** A store gets a further name, or loses it: its certificate is another one. @throws {UpdateFailed} */
export async function replaceCertificate(running: Running, stack: string, store: string): Promise<void> {
  await bring(running, stack, changeNames(running.project, stack, store));
}

/** Another image, released as `order-queue release` does. @throws {NotRecovered} */
export async function rebuild({ local, project }: Running): Promise<void> {
  appendFileSync(join(project, "service", "health.ts"), "// rebuilt\n");
  await commitAll(project, "the service is rebuilt");
  const { stopped } = await release(local.location, project);
  if (stopped) throw new NotRecovered(`a release was stopped by ${stopped.by} in ${stopped.stack}: ${stopped.why}`);
}

/** Commits what was changed in the stack's file, and updates the stack. */
async function bring({ local, project }: Running, stack: string, change: string): Promise<void> {
  await commitAll(project, `${stack}: ${change}`);
  await runUpdate(await openProjectStack(local.location, project, stack), { progress: quiet, message: change });
}

/** Between two sizes that Fargate has for the CPUs of all stacks. */
function changeMemory(project: string, stack: string): string {
  const setting = ["config", "order-queue:dispatch", "memory"];
  let change = "";
  editStackFile(project, stack, (file) => {
    const before = file.getIn(setting);
    const after = before === 2048 ? 1024 : 2048;
    file.setIn(setting, after);
    change = `dispatch.memory ${before} → ${after}`;
  });
  return change;
}

function changeNames(project: string, stack: string, store: string): string {
  let change = "";
  editStackFile(project, stack, (file) => {
    const config = file.toJS().config as Record<string, unknown>;
    const stores = config["order-queue:stores"] as { name: string; aliases?: string[] }[];
    const further = `also-${store}.${config["order-queue:domain"]}`;
    const index = stores.findIndex(({ name }) => name === store);
    const path = ["config", "order-queue:stores", index, "aliases"];
    if (stores[index]?.aliases) file.deleteIn(path);
    else file.setIn(path, file.createNode([further]));
    change = `${further} is ${stores[index]?.aliases ? "no more" : "also"} a name of ${store}`;
  });
  return change;
}

import { join } from "node:path";
import type { Report } from "../../stacks/verification.ts";
import { deployedResources, NotDeployed } from "../plan/deployed.ts";
import { CommandFailed, run } from "../workspace/process.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** A stack whose checks do not hold. */
export class NotVerified extends Error {
  override readonly name = "NotVerified";
}

/**
 * Asks the checks of a stack's last update again, and changes nothing. They run in a process of their own, which trusts
 * the authorities and uses the proxies of the workspace.
 *
 * @throws {NotVerified} naming each check that does not hold {NotDeployed}
 */
export async function verifyStack(
  { engine, root, environment }: Pick<Workspace, "engine" | "root" | "environment">,
  name: string,
): Promise<Report> {
  const verification = (await deployedResources(engine, name)).find(({ type }) => type.endsWith(":Verification"));
  if (!verification) throw new NotDeployed(name);
  // Only an update stops a container to prove that a notification is sent.
  const { __provider, asked, report, alarmProof, ...expected } = verification.inputs;
  try {
    const script = join(import.meta.dirname, "verify-process.ts");
    return JSON.parse(await run(process.execPath, [script, JSON.stringify(expected)], { cwd: root, env: environment }));
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new NotVerified(`${name}: ${error.output}`);
  }
}

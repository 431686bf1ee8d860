import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployAll } from "../drills/deploy.ts";
import { type Local, startLocal } from "../drills/local.ts";

/** Runs `work` while a twin in a folder of its own holds all three stacks deployed. */
export async function withDeployedTwin<T>(
  report: (line: string) => void,
  work: (state: string, local: Local) => Promise<T>,
): Promise<T> {
  const state = mkdtempSync(join(tmpdir(), "order-queue-bench-"));
  try {
    const local = await startLocal(state, report, { containers: "processes" });
    try {
      report("  deploying the three stacks to a twin …");
      await deployAll(local, () => {});
      return await work(state, local);
    } finally {
      await local.stop();
    }
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

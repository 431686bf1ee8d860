/** What the working tree is, for the gate's verdict on it. */
import { commitOf } from "../../../stacks/commit.ts";
import { readSettings } from "../../../stacks/files.ts";
import { fingerprint, parts } from "../../../stacks/fingerprint.ts";
import { findStack } from "../../../stacks/registry.ts";
import { settingsFile } from "../../../stacks/settings.ts";
import { commitsOf } from "../commits.ts";
import type { Head } from "./model.ts";

/** The files of a project folder, and the subjects of commits. */
export function readHead(root: string, commits: readonly string[]): Head {
  const common = commitOf(root, [...parts, "package.json", "Pulumi.yaml"]);
  const known = commitsOf(root, commits);
  return {
    release: fingerprint(root),
    of(stack) {
      try {
        const settings = readSettings(root, findStack(stack));
        const file = commitOf(root, [settingsFile(stack)]);
        return { settings, commit: { ...common, dirty: common.dirty || file.dirty } };
      } catch (error) {
        return { problem: (error as Error).message };
      }
    },
    subject: (commit) => known.get(commit)?.subject,
  };
}

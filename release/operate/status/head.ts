/** What the working tree is, for the gate's verdict on it. */
import { execFileSync } from "node:child_process";
import { commitOf } from "../../../stacks/commit.ts";
import { readSettings } from "../../../stacks/files.ts";
import { fingerprint, parts } from "../../../stacks/fingerprint.ts";
import { findStack } from "../../../stacks/registry.ts";
import { settingsFile } from "../../../stacks/settings.ts";
import type { Head } from "./status.ts";

/** The files of a project folder, and the subjects of commits. */
export function readHead(root: string, commits: readonly string[]): Head {
  const common = commitOf(root, [...parts, "package.json", "Pulumi.yaml"]);
  const subjects = subjectsOf(root, commits);
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
    subject: (commit) => subjects.get(commit),
  };
}

/** First lines of the messages of those commits that the repository has. */
export function subjectsOf(root: string, commits: readonly string[]): Map<string, string> {
  if (commits.length === 0) return new Map();
  const asked = ["log", "--no-walk=unsorted", "--ignore-missing", "--format=%H %s", "--stdin"];
  try {
    const input = commits.map((commit) => `${commit}\n`).join("");
    const lines = execFileSync("git", asked, { cwd: root, input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
    return new Map(
      lines.split("\n").map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
    );
  } catch {
    return new Map();
  }
}

/** What is read of a stack for its status, and what the status shows. */
import type { Commit } from "../../../stacks/commit.ts";
import type { Frozen } from "../../../stacks/freeze.ts";
import type { Verdict } from "../../../stacks/gate.ts";
import type { PartialUpdate } from "../../../stacks/next-record.ts";
import type { StackEntry } from "../../../stacks/registry.ts";
import type { Settings } from "../../../stacks/settings.ts";
import type { Properties } from "../../plan/graph.ts";
import type { Update } from "../../promotion/history.ts";
import type { HeldLock } from "../../workspace/stack-reader.ts";
import type { Raised } from "../../workspace/workspace.ts";
import type { DriftNote } from "../drift-note.ts";

/** The working tree, as the program would judge it. */
export interface Head {
  release: string;
  /** By stack; undefined where the stack file is wrong, with the reason. */
  of(stack: string): { settings: Settings; commit: Commit } | { problem: string };
  /** First line of a commit's message; undefined where this repository does not have the commit. */
  subject(commit: string): string | undefined;
}

/** What was read of a stack. */
export interface StackFacts {
  entry: StackEntry;
  /** Of its last update; empty before the first. */
  outputs: Properties;
  /** Operations that an interrupted update has left, e.g. `creating URN`. */
  pending: string[];
  /** The newest update, and the one that brought the release that runs. */
  newest?: Update;
  arrival?: Update;
  locks: HeldLock[];
  alarms: Raised[];
  drift?: DriftNote;
  /** What could not be read, and why. */
  unread: { what: string; why: string }[];
}

/** A release that runs, or that staging has verified. */
export interface ReleaseStatus {
  release: string;
  commit?: string;
  subject?: string;
  /** When its verification ended, ISO 8601: of what runs, the first time of this run. */
  at: string;
}

export interface RunningRelease extends ReleaseStatus {
  /** Digest, `sha256:…`. */
  image: string;
  /** Who made the commit, and the page of the CI job that deployed it, by the update that brought it. */
  author?: string;
  build?: string;
  /** Why it passed the gate, where that was by breaking glass. */
  brokenGlass?: string;
  /** Whether staging has verified it. */
  inStaging: boolean;
}

export interface StackStatus {
  stack: string;
  region: string;
  /** Undefined before the first full update. */
  running?: RunningRelease;
  /** Its last update succeeded and covered every resource, so that its verification holds for what runs. */
  verified: boolean;
  lastUpdate?: Pick<Update, "version" | "kind" | "result" | "message" | "endTime" | "author">;
  /** What staging has verified since the release that runs here, the newest first. */
  ahead: (ReleaseStatus & { rehearsed: boolean })[];
  pending: string[];
  locks: HeldLock[];
  partial?: PartialUpdate;
  alarms: (Omit<Raised, "at"> & { since: string })[];
  drift?: DriftNote;
  /** Whether the working tree's release may be deployed. */
  gate: Verdict | { problem: string };
  frozen?: Frozen;
  unread: StackFacts["unread"];
  /** What a person has to look at. */
  attention: Attention[];
}

export interface Status {
  /** When it was read, ISO 8601. */
  at: string;
  /** Release of the working tree. */
  head: string;
  stacks: StackStatus[];
}

/** What a person has to look at. */
export interface Attention {
  /** What is wrong, with the value. */
  message: string;
  /** One command or edit, as an imperative. */
  fix: string;
}

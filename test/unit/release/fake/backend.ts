/**
 * What outlives a process: the repository with its commits and working tree, the stacks with their state, history and
 * lock, AWS with its alarms, and the clock. A test scripts here what goes wrong.
 */
import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import type { Lock } from "../../../../release/workspace/engine.ts";
import type { AllowedQuota, Clock, Raised } from "../../../../release/workspace/workspace.ts";
import { readLedger } from "../../../../stacks/ledger.ts";
import type { PartialUpdate } from "../../../../stacks/next-record.ts";
import type { Record } from "../../../../stacks/records.ts";
import { changeFile, commitNumber, firstVersion, type Version } from "./project.ts";
import type { State } from "./steps.ts";

/** A stack as the backend keeps it. */
export interface StoredStack {
  state: State[];
  outputs: { readonly [name: string]: unknown };
  /** The newest first, as `pulumi stack history --json` prints it. */
  history: HistoryEntry[];
  lock?: StoredLock | undefined;
  /** Operations that an interrupted update has left. */
  pending?: { type: string; resource: { urn: string } }[];
  tags?: { readonly [name: string]: string };
}

export interface HistoryEntry {
  kind: "update" | "refresh";
  result: "succeeded" | "failed";
  message: string;
  startTime: string;
  endTime: string;
  environment: { "git.head": string; "git.dirty": "true" | "false"; "pulumi.flag.target"?: string };
}

export interface StoredLock {
  /** Whether this machine can see the lock, and the process that holds it. */
  readonly seenAs: () => Lock;
  /** ISO 8601. */
  readonly since: string;
}

/** An update of a stack in which the process and its engine are killed after some of its changes. */
interface Kill {
  /** Updates of the stack until then, that one included. */
  nth: number;
  readonly after: number;
}

/** What AWS has that the state does not. */
export type ManualChange = { readonly op: "delete" } | { readonly op: "update"; readonly diffs: readonly string[] };

export class FakeBackend {
  readonly stacks = new Map<string, StoredStack>();
  readonly commits = new Map<string, Version>([[firstVersion.commit, firstVersion]]);
  /** Worktrees that exist now. */
  readonly worktrees = new Set<string>();
  /** What Service Quotas answers for any quota. */
  quota: AllowedQuota = {};
  /** Every engine run, as `preview staging`. */
  readonly runs: string[] = [];
  /** By stack and logical name. */
  readonly manualChanges = new Map<string, Map<string, ManualChange>>();
  /** By stack: why AWS cannot be read. */
  readonly unreadable = new Map<string, string>();
  policyPack: "judges" | "does not start" | "takes no part" = "judges";
  /** Called after each update that succeeded, before anything else happens. */
  afterUpdate: (stack: string) => void = () => {};
  /** The working tree. */
  tree: Version = firstVersion;
  #now = Date.parse("2026-07-28T00:00:00.000Z");
  readonly #kills = new Map<string, Kill>();
  readonly #alarms: (Raised & { stack: string })[] = [];

  readonly clock: Clock = {
    now: () => this.#now,
    sleep: async (milliseconds) => this.pass(milliseconds),
  };

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Commits a change of the working tree. */
  commit(change: Partial<Omit<Version, "commit" | "dirty">>): Version {
    const commit = commitNumber(this.commits.size + 1);
    this.tree = { ...this.tree, subject: "a change", ...change, commit, dirty: false };
    this.commits.set(commit, this.tree);
    return this.tree;
  }

  /** Changes the working tree and commits nothing. */
  edit(change: Partial<Omit<Version, "commit" | "dirty">>): void {
    this.tree = { ...this.tree, ...change, dirty: true };
  }

  /** Commits other settings of one stack. */
  configure(stack: string, values: Readonly<{ [setting: string]: string }>): Version {
    return this.commit({ files: changeFile(this.tree.files, stack, values), subject: `settings of ${stack}` });
  }

  /** The stack, created when it is new. */
  open(name: string): StoredStack {
    const stack = this.stacks.get(name) ?? { state: [], outputs: {}, history: [] };
    this.stacks.set(name, stack);
    return stack;
  }

  /** The lock of a process that is not among those of the test. */
  lockFor(name: string, seenAs: StoredLock["seenAs"]): void {
    this.open(name).lock = { seenAs, since: new Date(this.#now).toISOString() };
  }

  /** Kills the n-th update of a stack from now, and its process, after some changes were made. */
  killUpdate(stack: string, nth: number, { after }: { after: number }): void {
    this.#kills.set(stack, { nth, after });
  }

  /** After how many changes the update that begins now is killed; undefined where it is not. */
  killOf(stack: string): number | undefined {
    const kill = this.#kills.get(stack);
    if (!kill || --kill.nth > 0) return undefined;
    this.#kills.delete(stack);
    return kill.after;
  }

  /** Puts an alarm of a stack into ALARM once the clock has passed some milliseconds from now. */
  raise(stack: string, name: string, reason: string, inMilliseconds = 0): void {
    this.#alarms.push({ stack, name, reason, at: this.#now + inMilliseconds });
  }

  raised(stack: string, names: readonly string[]): Raised[] {
    return this.#alarms
      .filter((alarm) => alarm.stack === stack && names.includes(alarm.name) && alarm.at <= this.#now)
      .map(({ name, reason, at }) => ({ name, reason, at }));
  }

  /** Changes a resource at AWS and not in the state. */
  changeManually(stack: string, name: string, change: ManualChange): void {
    const changes = this.manualChanges.get(stack) ?? new Map<string, ManualChange>();
    this.manualChanges.set(stack, changes.set(name, change));
  }

  /** What programs read of a stack's last update. */
  record(name: string): Record {
    const { release, image, ledger, partial, ...others } = this.stacks.get(name)?.outputs ?? {};
    const all: { [output: string]: unknown } = { release, image, ledger, partial, ...others };
    return {
      running: release as string | undefined,
      image: image as string | undefined,
      ledger: readLedger(ledger),
      partial: partial as PartialUpdate | undefined,
      output: async (output) => all[output],
    };
  }

  outputs(name: string): OutputMap {
    const { outputs } = this.open(name);
    return Object.fromEntries(Object.entries(outputs).map(([output, value]) => [output, { value, secret: false }]));
  }
}

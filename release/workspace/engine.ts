/**
 * What release orchestration needs of the Pulumi engine. The Automation API implements it (./automation.ts); unit tests
 * use an in-memory engine with the same contract.
 */
import type { EngineEvent, OutputMap } from "@pulumi/pulumi/automation/index.js";
import type { Run } from "../../stacks/program.ts";

export interface StackEngine {
  /** Creates a stack when it is new. Production's program reads staging's outputs, so staging must exist first. */
  open(stack: string): Promise<void>;
  /** Opens a stack with the program of this process, to plan, update or refresh it; creates it when it is new. */
  openToRun(stack: string): Promise<OwnStack>;
  /** Outputs of the stack's last update; empty before the first. */
  outputs(stack: string): Promise<OutputMap>;
  /** The stack's state, as `pulumi stack export` prints it under `deployment`. */
  deployment(stack: string): Promise<unknown>;
  /** JSON of `pulumi stack history --json`, the newest update first. */
  history(stack: string): Promise<string>;
  /** State of the stack's lock, as far as this machine can know it. */
  lock(stack: string): Lock;
  /** Who holds the stack's lock, and since when, in words. */
  lockOwner(stack: string): string;
  /** Sets a tag of the stack, as `pulumi stack tag set` does. */
  tag(stack: string, name: string, value: string): Promise<void>;
  /** Removes the stack's lock, as `pulumi cancel` does. */
  cancel(stack: string): Promise<void>;
  /**
   * Works on a stack with the program and stack file of a commit, checked out beside the working tree and removed
   * afterwards.
   *
   * @param progress receives a line at a time where the checkout takes long
   */
  atCommit<T>(at: AtCommit, progress: (line: string) => void, work: (stack: RunnableStack) => Promise<T>): Promise<T>;
}

/**
 * The command that prints a stack's history. Without a page size it prints the newest ten updates; 0 stands for all (pulumi
 * pkg/cmd/pulumi/stack/stack_history.go, pkg/backend/diy/state.go).
 */
export const historyCommand = (stack: string): string[] => [
  ...["stack", "history", "--stack", stack, "--json"],
  ...["--page-size", "0"],
];

export interface AtCommit {
  stack: string;
  commit: string;
  /** Folder of the worktrees. */
  folder: string;
}

/** `abandoned`: the process that locked the stack no longer runs. `free`: no process of this machine locked it. */
export type Lock = "free" | "held" | "abandoned";

/**
 * A stack with one program, whose plans and updates a policy pack judges. Each method rejects with {@link EngineFailed} where the engine
 * reports a failure, a broken rule included.
 */
export interface RunnableStack {
  readonly name: string;
  /** Plans an update and changes nothing. */
  preview(request: { onEvent: OnEvent }): Promise<void>;
  update(request: UpdateRequest): Promise<UpdateResult>;
}

/** A stack with the program of this process, which can be given more for one run. */
export interface OwnStack extends RunnableStack {
  preview(request: PreviewRequest): Promise<void>;
  update(request: UpdateRequest & { run?: Run | undefined }): Promise<UpdateResult>;
  /** Plans a refresh: compares the state with AWS and changes nothing. */
  previewRefresh(request: { onEvent: OnEvent }): Promise<void>;
}

export type OnEvent = (event: EngineEvent) => void;

/** A program that runs in this process. */
export type Program = (run: Run) => Promise<unknown>;

export interface PreviewRequest {
  onEvent: OnEvent;
  run?: Run | undefined;
  /** Runs instead of stacks/program.ts. */
  program?: Program | undefined;
  /** Folder of the policy pack that judges the plan; no policy is checked when left out. */
  policyPack?: string | undefined;
}

export interface UpdateRequest {
  onEvent: OnEvent;
  /** Recorded in the stack's history. */
  message?: string | undefined;
}

export interface UpdateResult {
  outputs: OutputMap;
  /** Number of resources by operation: `same`, `create` … */
  changes: Record<string, number>;
}

/** A run that the engine reports as failed. The message is the engine's whole report. */
export class EngineFailed extends Error {
  override readonly name = "EngineFailed";
  /** Whether this stack's own program threw; the SDK reports one program's error to every program of the process. */
  readonly threw: boolean;

  constructor(report: string, threw: boolean) {
    super(report);
    this.threw = threw;
  }
}

import type { StackEntry } from "../../stacks/registry.ts";
import type { StackEngine } from "./engine.ts";

/** Where release orchestration works: a project folder, and the systems that it uses there. */
export interface Workspace {
  /** Folder of Pulumi.yaml, the stack files and policy/. */
  readonly root: string;
  /** Environment variables of the processes that it starts, in addition to this process's own. */
  readonly environment: Record<string, string>;
  /** Every stack that is previewed and released. */
  readonly stacks: readonly StackEntry[];
  readonly engine: StackEngine;
  readonly alarms: Alarms;
  readonly quotas: AccountQuotas;
  readonly clock: Clock;
}

export interface Alarms {
  /** Those of a stack's alarms, by name, that are in ALARM now. */
  raised(stack: string, names: readonly string[]): Promise<Raised[]>;
}

/** What AWS allows this account. */
export interface AccountQuotas {
  /** The value of a quota of an account in a region, by the codes of Service Quotas. */
  allowed(where: { account: string; region: string }, service: string, code: string): Promise<AllowedQuota>;
}

/** `value` is left out where AWS keeps no value for the account, so that its default counts, and where none could be read: `unread` says why. */
export interface AllowedQuota {
  readonly value?: number;
  readonly unread?: string;
}

/** An alarm in ALARM. */
export interface Raised {
  name: string;
  /** CloudWatch's own words. */
  reason: string;
  /** When it was raised, milliseconds since 1970. */
  at: number;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

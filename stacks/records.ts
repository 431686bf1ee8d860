/**
 * What stacks said of themselves in their last update, read before anything is registered.
 */
import * as pulumi from "@pulumi/pulumi";
import { type Ledger, readLedger } from "./ledger.ts";
import type { PartialUpdate } from "./next-record.ts";
import { type StackEntry, staging } from "./registry.ts";

export interface Record {
  /** The release that the stack's last good update was of; undefined before the first. */
  readonly running: string | undefined;
  /** Digest of its image. */
  readonly image: string | undefined;
  readonly ledger: Ledger;
  /** The last update, where it was partial: what runs is in part another release's. */
  readonly partial?: PartialUpdate | undefined;
  /** Any output of it; undefined before the first update. */
  // biome-ignore lint/suspicious/noExplicitAny: outputs differ
  readonly output: (name: string) => Promise<any>;
}

export interface Records {
  readonly own: Record;
  readonly staging: Record;
}

/** The stack's own record, and staging's; staging's are one. */
export async function readRecords(stack: StackEntry): Promise<Records> {
  const stagingRecord = readRecord(staging.name);
  const own = stack.name === staging.name ? stagingRecord : readRecord(stack.name);
  return { own: await own, staging: await stagingRecord };
}

/** Names of the stores that the last update left the stack with. */
export async function liveStores({ output }: Record): Promise<ReadonlySet<string>> {
  const stores: { name: string }[] = (await output("stores")) ?? [];
  return new Set(stores.map(({ name }) => name));
}

async function readRecord(stack: string): Promise<Record> {
  const reference = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`);
  const output = (name: string) => reference.getOutputValue(name);
  const [running, image, ledger, partial] = await Promise.all(["release", "image", "ledger", "partial"].map(output));
  return { running, image, ledger: readLedger(ledger), partial, output };
}

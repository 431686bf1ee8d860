/** What tests of a release have in common: versions of the program, and what a release of one is reported as. */
import { type Ledger, readLedger } from "../../../../stacks/ledger.ts";
import type { FakeBackend } from "../fake/backend.ts";
import { stage } from "../fake/orchestrate.ts";

/** Releases, in the order in which they are committed. */
export const [first, next, later] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"] as const;
export const uncommitted = { settings: { "order-queue:uncommitted": "true" } };

export const updatedAndWatched = (version: string, ...stacks: string[]) =>
  stacks.flatMap((name) => [stage(name, "updated", `release ${version}`), stage(name, "watched", "no alarm")]);

export const productionUpdated = (version: string) => updatedAndWatched(version, "prod-au", "prod-eu");

export const everywhere = (version: string) => ({ staging: version, "prod-au": version, "prod-eu": version });

export const ledgerOf = (backend: FakeBackend, stack: string): Ledger => readLedger(backend.open(stack).outputs.ledger);

/** Runs something when a release prints a line like `at`. */
export const when = (at: RegExp, act: () => void) => (line: string) => void (at.test(line) && act());

export const failed = (stack: string, why: string) => `${stack} could not be deployed:\n${why}`;

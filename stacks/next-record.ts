/**
 * What a stack's outputs say of it after an update: the release that it runs, and the ledger. Only an update that covered
 * every resource, and whose own verification found its release and image, runs a release and proves it. Pure.
 */
import { enterImage, enterVerified, type Ledger, type Verified } from "./ledger.ts";
import type { StackEntry } from "./registry.ts";
import type { Scope } from "./scope.ts";

/** What an update is of, as the ledger will have it. */
export type UpdateOf = Pick<Verified, "release" | "commit" | "dirty" | "operations" | "brokenGlass">;

/** A finished update of every resource. */
export interface Finished extends UpdateOf {
  readonly role: StackEntry["role"];
  /** Digest of the image that the program names, `sha256:…`. */
  readonly image: string;
  readonly verification: {
    /** Whether the checks ran in this update. */
    readonly ran: boolean;
    /** What answered. */
    readonly release: string;
    readonly image: string;
    /** When they ended, ISO 8601. */
    readonly at: string;
    /** How many held. */
    readonly checks: number;
  };
}

/** An update that left out resources, or whose release is not what verification found. */
export interface PartialUpdate {
  readonly release: string;
  readonly commit?: string | undefined;
  readonly why: string;
}

export interface NextRecord {
  /** The release that the stack runs; undefined before its first full update. */
  readonly release: string | undefined;
  readonly image: string | undefined;
  readonly ledger: Ledger;
  /** The last update, where it was partial. */
  readonly partial?: PartialUpdate;
}

/** The stack's record after an update; a partial one leaves release, image and ledger as they were. */
export function nextRecord(before: Omit<NextRecord, "partial">, update: Finished): NextRecord {
  const { role, verification, image, ...of } = update;
  const why = unproved(update);
  if (why !== undefined) return unchanged(before, of, why);
  const { release } = of;
  const ledger = role === "staging" ? enterImage(before.ledger, { release, digest: image }) : before.ledger;
  const { at, checks } = verification;
  return { release, image, ledger: enterVerified(ledger, { ...of, image, at, checks }) };
}

/** The record after an update that left out resources; undefined where it left out none. */
export function partialRecord(before: Omit<NextRecord, "partial">, of: UpdateOf, scope: Scope): NextRecord | undefined {
  return scope.full ? undefined : unchanged(before, of, scope.why);
}

function unchanged(before: Omit<NextRecord, "partial">, { release, commit }: UpdateOf, why: string): NextRecord {
  return { ...before, partial: { release, commit, why } };
}

/** Why a full update proves nothing; undefined where it proves its release. */
function unproved({ release, image, verification }: Finished): string | undefined {
  if (!verification.ran) return "verification did not run in this update";
  if (verification.release !== release) return `verification found release ${verification.release}`;
  if (verification.image !== image) return `verification found image ${verification.image}, expected ${image}`;
  return undefined;
}

/**
 * What a stack remembers of itself, from update to update, in its own outputs: the images it built, the releases it ran
 * and verified, the transitions it rehearsed. An entry is made by an update whose verification held, and by nothing
 * else. Pure.
 */

/** One image that staging built. */
export interface BuiltImage {
  readonly release: string;
  /** `sha256:…` */
  readonly digest: string;
}

/** An update whose verification held. */
export interface Verified {
  readonly release: string;
  /** Digest of the image, `sha256:…`. */
  readonly image: string;
  /** Commit of the program; undefined outside a git working tree. */
  readonly commit?: string | undefined;
  /** The files were not what the commit has: no other checkout has them, so no rollback can return to them. */
  readonly dirty: boolean;
  /** When verification ended, ISO 8601. */
  readonly at: string;
  /** How many checks held. */
  readonly checks: number;
  /** What the update created, replaced and deleted, in the form of release/plan/operations.ts; undefined where it was not recorded. */
  readonly operations?: readonly string[] | undefined;
  /** Why the update was let past the gate, where it was by breaking glass. */
  readonly brokenGlass?: string | undefined;
}

/** A transition that was made, verified, undone, verified, and made and verified again. */
export interface Transition {
  readonly from: string;
  readonly to: string;
  /** What making it created, replaced and deleted; undefined where it was not recorded. */
  readonly operations?: readonly string[] | undefined;
  /** How many checks held after it. */
  readonly checks: number;
  /** When the rehearsal ended, ISO 8601. */
  readonly at: string;
  readonly commit?: string | undefined;
  /** Digest of the image of `to`. */
  readonly image: string;
}

/** All of it, each list with the newest first. */
export interface Ledger {
  readonly images: readonly BuiltImage[];
  readonly verified: readonly Verified[];
  readonly transitions: readonly Transition[];
}

/** Entries a list keeps: as many as production may be behind, or roll back to. */
const kept = 50;

export const emptyLedger: Ledger = { images: [], verified: [], transitions: [] };

/** The ledger in a stack's outputs; empty before the first update. */
export function readLedger(output: unknown): Ledger {
  return { ...emptyLedger, ...(output as Partial<Ledger> | undefined) };
}

/** Digest of the image that was built for a release; undefined if none was. */
export function builtImage({ images }: Ledger, release: string): string | undefined {
  return images.find((image) => image.release === release)?.digest;
}

/** The newest entry of a release; undefined if its verification never held here. */
export function verifiedAs({ verified }: Ledger, release: string): Verified | undefined {
  return verified.find((entry) => entry.release === release);
}

/** The newest commit of a release that can be checked out; undefined where it only ever came from uncommitted files. */
export function committedAs({ verified }: Ledger, release: string): string | undefined {
  return verified.find((entry) => entry.release === release && entry.commit !== undefined && !entry.dirty)?.commit;
}

/** The rehearsed transition from one release to another; undefined where there is none. */
export function transitionBetween({ transitions }: Ledger, from: string, to: string): Transition | undefined {
  return transitions.find((transition) => transition.from === from && transition.to === to);
}

/** The ledger with an image at its head. */
export function enterImage(ledger: Ledger, image: BuiltImage): Ledger {
  const others = ledger.images.filter(({ release }) => release !== image.release);
  return { ...ledger, images: [image, ...others].slice(0, kept) };
}

/** The ledger with a verified update at its head, and with the transition that it completes the rehearsal of, if it does. */
export function enterVerified(ledger: Ledger, entry: Verified): Ledger {
  const verified = [entry, ...ledger.verified];
  const completed = ledger.verified[0]?.release === entry.release ? undefined : rehearsed(verified);
  const others = ledger.transitions.filter(({ from, to }) => from !== completed?.from || to !== completed.to);
  return {
    ...ledger,
    verified: bounded(verified),
    transitions: completed ? [completed, ...others].slice(0, kept) : ledger.transitions,
  };
}

/**
 * As many entries as are kept. The first to go are updates that did nothing but verify a release again, the oldest of them
 * first, so that they push out no release that ran.
 */
function bounded(verified: readonly Verified[]): readonly Verified[] {
  if (verified.length <= kept) return verified;
  const again = verified.findLastIndex(
    ({ release, operations = [] }, index) => release === verified[index + 1]?.release && operations.length === 0,
  );
  // Where there is none, -1 is the oldest entry.
  return verified.toSpliced(again, 1);
}

/**
 * The transition whose rehearsal the newest entries are: to it, back, and to it again. Updates that only changed settings
 * stay within their release and do not count.
 *
 * @param verified newest first
 */
function rehearsed(verified: readonly Verified[]): Transition | undefined {
  const all = runs(verified);
  if (all.length < 4) return undefined;
  const [again, back, there, before] = all as [Run, Run, Run, Run];
  if (again.release !== there.release || back.release !== before.release) return undefined;
  const operations = noted([...again.entries, ...there.entries]);
  const { release: to, image, commit, at, checks } = again.entries[0];
  return { from: before.release, to, operations, checks, at, commit, image };
}

/** Entries of one release on end, newest first. */
export interface Run {
  readonly release: string;
  readonly entries: readonly [Verified, ...Verified[]];
}

/** The log by the releases that ran one after the other, newest first. */
export function runs(verified: readonly Verified[]): Run[] {
  const result: { release: string; entries: [Verified, ...Verified[]] }[] = [];
  for (const entry of verified) {
    const last = result.at(-1);
    if (last?.release === entry.release) last.entries.push(entry);
    else result.push({ release: entry.release, entries: [entry] });
  }
  return result;
}

/** Every operation noted in any of the entries; undefined where none was noted in any. */
function noted(entries: readonly Verified[]): string[] | undefined {
  const lists = entries.flatMap(({ operations }) => (operations ? [operations] : []));
  return lists.length > 0 ? [...new Set(lists.flat())].sort() : undefined;
}

/**
 * What staging is known to have done on the way from one release to another, and within the latter by settings alone.
 * Undefined where it was not recorded.
 */
export function operationsBetween(ledger: Ledger, from: string, to: string): string[] | undefined {
  const within = runs(ledger.verified)
    .filter(({ release }) => release === to)
    .flatMap(({ entries }) => entries.slice(0, -1).flatMap(({ operations }) => operations ?? []));
  if (from === to) return within;
  const across = transitionBetween(ledger, from, to)?.operations;
  return across && [...across, ...within];
}

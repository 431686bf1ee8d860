/**
 * The images that staging has built, by release. Staging carries the list on from its own last outputs; production reads
 * it from there. Pure.
 */

/** One built image. */
export interface BuiltImage {
  readonly release: string;
  /** `sha256:…` */
  readonly digest: string;
}

/** As many releases back as production may still be behind, or go back to. */
const kept = 50;

/** The ledger in a stack's outputs, newest first; empty before the first update. */
export function readLedger(output: unknown): BuiltImage[] {
  return Array.isArray(output) ? output : [];
}

/** Digest of a release's image; undefined if none was built. */
export function digestFor(ledger: readonly BuiltImage[], release: string): string | undefined {
  return ledger.find((image) => image.release === release)?.digest;
}

/** The ledger with an image at its head, without the oldest beyond 50. */
export function enter(ledger: readonly BuiltImage[], image: BuiltImage): BuiltImage[] {
  return [image, ...ledger.filter(({ release }) => release !== image.release)].slice(0, kept);
}

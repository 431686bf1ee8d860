/** A piece of work, and what it has to itself while it lasts. */
export interface Work {
  places: readonly string[];
  run(): Promise<void>;
}

/**
 * Does all the work: what shares a place in its order, everything else at the same time, but nothing before all that comes
 * `apart` earlier has ended. Rejects with the first piece that does.
 */
export async function overlap(work: readonly Work[], apart: number): Promise<void> {
  const last = new Map<string, Promise<void>>();
  const begun: Promise<void>[] = [];
  for (const { places, run } of work) {
    await begun[begun.length - apart];
    const before = [...new Set(places)].map((place) => last.get(place));
    const ended = Promise.all(before).then(run);
    // A waiting fault sees it fail; there may be none yet.
    ended.catch(() => {});
    for (const place of places) last.set(place, ended);
    begun.push(ended);
  }
  await Promise.all(begun);
}

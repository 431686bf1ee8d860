/** What a piece of work needs while it lasts. */
export interface Needs {
  /** What it has to itself. */
  places: readonly string[];
  /** What others may share with it, but none has to itself meanwhile. */
  shared?: readonly string[];
}

/** A piece of work. */
export interface Work extends Needs {
  run(): Promise<void>;
}

/** The end of the last that had a place to itself, and of all that shared it since. */
interface Place {
  owner: Promise<void>;
  sharers: Promise<void>[];
}

/**
 * Does all the work: what needs the same place in its order, everything else at the same time, but nothing before all that
 * comes `apart` earlier has ended. Rejects with the first piece that does.
 */
export async function overlap(work: readonly Work[], apart: number): Promise<void> {
  const all = new Map<string, Place>();
  const placeOf = (name: string): Place => all.get(name) ?? { owner: Promise.resolve(), sharers: [] };
  const begun: Promise<void>[] = [];
  for (const { places, shared = [], run } of work) {
    await begun[begun.length - apart];
    const before = [
      ...places.flatMap((name) => [placeOf(name).owner, ...placeOf(name).sharers]),
      ...shared.map((name) => placeOf(name).owner),
    ];
    const ended = Promise.all(before).then(run);
    // A waiting fault sees it fail; there may be none yet.
    ended.catch(() => {});
    for (const name of places) all.set(name, { owner: ended, sharers: [] });
    for (const name of shared) all.set(name, { ...placeOf(name), sharers: [...placeOf(name).sharers, ended] });
    begun.push(ended);
  }
  await Promise.all(begun);
}

/** One value a period, the oldest first; undefined where nothing was reported. */
export type Series = (number | undefined)[];

/** The resolution of every AWS metric modelled here. */
export const resolutionMs = 60_000;

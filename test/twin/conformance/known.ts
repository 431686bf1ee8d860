/** Differences that were reviewed, each with its reason. Nothing has been run against an official plugin yet: most are to come. */
import type { Aspect, Difference } from "./compare.ts";

interface Known {
  aspect: Aspect;
  /** In the twin's answer. */
  twin: RegExp;
  /** Absent: every type. */
  type?: string;
  reason: string;
}

const known: readonly Known[] = [
  {
    aspect: "failures",
    twin: /the twin does not model/,
    reason: "the twin refuses by name what it does not model, where the provider accepts it",
  },
];

/** Why a difference is accepted; undefined for one that is not. */
export const reasonOf = (difference: Difference): string | undefined =>
  known.find(
    ({ aspect, twin, type = difference.type }) =>
      aspect === difference.aspect && type === difference.type && twin.test(difference.twin),
  )?.reason;

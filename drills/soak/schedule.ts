/** Which faults a soak injects, in which order: drawn from the seed alone, so that a failed seed can be repeated. */
import type { Fault, Ground, Kind } from "./fault.ts";
import { costly, draw, kinds, weightOf } from "./kinds.ts";
import { Random } from "./random.ts";

/** Faults from which a soak is a longer one, which has at least one of each kind. */
export const longFrom = 200;

/** @param count how many faults */
export function schedule(seed: number, count: number, ground: Ground): Fault[] {
  const random = new Random(seed);
  return drawKinds(random, count).map((kind) => draw(kind, random, ground));
}

function drawKinds(random: Random, count: number): Kind[] {
  const long = count >= longFrom;
  const allowed = kinds.filter((kind) => long || !costly.includes(kind));
  const weights = Object.fromEntries(allowed.map((kind) => [kind, weightOf(kind)]));
  const drawn = Array.from({ length: count }, () => random.weighted(weights) as Kind);
  if (!long) return drawn;
  for (const kind of kinds.filter((kind) => !drawn.includes(kind))) {
    const several = drawn.flatMap((other, index) => (drawn.indexOf(other) === index ? [] : [index]));
    drawn[random.one(several)] = kind;
  }
  return drawn;
}

import type { StackEntry } from "../../stacks/registry.ts";

/** Production stacks by wave, the first wave first (stacks/registry.ts). */
export function wavesOf(stacks: readonly StackEntry[]): StackEntry[][] {
  const production = stacks.filter(({ role }) => role === "production");
  return [...Map.groupBy(production, ({ wave }) => wave)]
    .toSorted(([one], [other]) => one - other)
    .map(([, all]) => all);
}

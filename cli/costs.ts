import type { StackPreview } from "../release/checks/preview.ts";
import type { CostChange } from "../release/costs/costs.ts";

/** What a preview's changes add to the bill a month, by stack and in total, as lines of Markdown; none without a plan. */
export function costLines(stacks: Readonly<Record<string, StackPreview>>): string[] {
  const costs = Object.entries(stacks).flatMap(([name, { cost }]) => (cost ? [[name, cost] as const] : []));
  if (costs.length === 0) return [];
  const total = costs.reduce(
    (sum, [, { before, after }]) => ({ before: sum.before + before, after: sum.after + after }),
    {
      before: 0,
      after: 0,
    },
  );
  const each = costs.map(([name, cost]) => `${name} ${change(cost)}`).join(", ");
  return [
    "",
    `**Cost a month, at rest**: ${change(total)} (${each}); $${total.after.toFixed(2)} in all ([prices](docs/costs.md)).`,
  ];
}

function change({ before, after }: CostChange): string {
  const cents = Math.round((after - before) * 100);
  return cents === 0 ? "±$0" : `${cents < 0 ? "−" : "+"}$${(Math.abs(cents) / 100).toFixed(2)}`;
}

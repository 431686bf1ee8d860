/** docs/costs.md: what a stack costs a month at rest, from what the program registers (release/costs). */
import { type Line, linesOf, monthly } from "../../release/costs/costs.ts";
import { byUse } from "../../release/costs/prices.ts";
import type { Settings } from "../../stacks/settings.ts";
import type { Registered, Run } from "./program.ts";

/** The page's text. */
export function costsPage(runs: ReadonlyMap<string, Run>, settings: ReadonlyMap<string, Settings>): string {
  const bills = [...settings].map(([stack, { region }]) => ({ stack, region, lines: billOf(runs.get(stack), region) }));
  const total = bills.reduce((sum, { lines }) => sum + monthly(lines), 0);
  return [
    "# Costs",
    "",
    "After reading this page you know what each stack costs a month at rest: the minimum of containers in its settings, and no",
    `orders. All stacks together: **$${total.toFixed(2)}** a month or more. US dollars at list price, without tax. No bill has been`,
    "compared with it. A price with ≥ is that of us-east-1, a lower bound: the region's own was not seen. Made from what the",
    "program registers and from release/costs/prices.ts by `npm run docs`. `order-queue preview --markdown` shows by the same table",
    "what a change adds to or takes from it. `aws pricing get-products --service-code AmazonVPC --region us-east-1` prints today's",
    "prices.",
    ...bills.flatMap(section),
    "",
    "## By use",
    "",
    "What a stack at rest has next to none of. Prices of us-east-1, the lower bound.",
    "",
    "| what | unit | unit price | price seen in |",
    "|---|---|---|---|",
    ...byUse.map(
      ([what, unit, usd, seen]) => `| ${what} | ${unit} | ≥ $${usd.replaceAll(/(; | and )/g, "$1$$")} | ${seen} |`,
    ),
    "",
  ].join("\n");
}

const billOf = (run: Run | undefined, region: string): Line[] =>
  linesOf((run?.resources ?? []) satisfies readonly Registered[], region);

function section({ stack, region, lines }: { stack: string; region: string; lines: readonly Line[] }): string[] {
  return [
    "",
    `## ${stack} (${region})`,
    "",
    "| what | quantity | unit price | a month | price seen in |",
    "|---|---|---|---|---|",
    ...lines.map(row),
    `| **Sum** | | | **$${monthly(lines).toFixed(2)}** | |`,
  ];
}

function row({ what, quantity, unit, price }: Line): string {
  const number = Number(quantity.toFixed(2));
  const least = price.atLeast ? "≥ " : "";
  const cells = [
    what,
    `${number} ${unit}${number === 1 || ["GB", "million"].includes(unit) ? "" : "s"}`,
    `${least}$${price.usd}`,
    `${least}$${(quantity * price.usd).toFixed(2)}`,
    price.seen,
  ];
  return `| ${cells.join(" | ")} |`;
}

import { blocking } from "../release/checks/list.ts";
import type { Preview, StackPreview } from "../release/checks/preview.ts";
import { printFindings } from "../release/checks/print.ts";
import type { Step } from "../release/plan/graph.ts";
import { costLines } from "./costs.ts";

/** Lines of one stack that a reviewer still reads; the rest is counted. */
const mostSteps = 30;

/** A preview as a comment on a pull request: one table, the findings, and what changes in each stack. */
export function markdown({ stacks, gate, findings }: Preview): string {
  const against = blocking(findings);
  const rows = Object.entries(stacks).map(([name, stack]) => {
    const { create, update, replace, delete: gone, error } = stack;
    const counts = error ? "| – | – | – | – " : `| ${create} | ${update} | ${replace} | ${gone} `;
    return `| ${name} ${counts}| ${gate[name] ? cell(`${gate[name].allowed ? "open" : "closed"}: ${gate[name].why}`) : "–"} |`;
  });
  return [
    "### order-queue preview",
    "",
    "| stack | create | update | replace | delete | gate |",
    "|---|---|---|---|---|---|",
    ...rows,
    ...costLines(stacks),
    "",
    against.length === 0
      ? "No findings: production would be what staging verified."
      : `**To fix before a release:**\n\n${printFindings(against, "markdown")}`,
    ...Object.entries(stacks).flatMap(([name, stack]) => details(name, stack)),
    "",
  ].join("\n");
}

/** The steps of a stack, folded; none where only verification would run again. */
function details(name: string, { steps }: StackPreview): string[] {
  const changes = steps.filter(({ type }) => !type.endsWith(":Verification"));
  if (changes.length === 0) return [];
  const rest = changes.length - mostSteps;
  return [
    "",
    `<details><summary>${name}: ${changes.length} change${changes.length === 1 ? "" : "s"}</summary>`,
    "",
    ...changes.slice(0, mostSteps).map((step) => `- ${line(step)}`),
    ...(rest > 0 ? [`- … and ${rest} more`] : []),
    "",
    "</details>",
  ];
}

function line({ op, type, name, replacedBy, changed }: Step): string {
  const why =
    replacedBy.length > 0
      ? `, forced by \`${replacedBy.join("`, `")}\``
      : op === "update"
        ? `: \`${changed.join("`, `")}\``
        : "";
  return `${op} \`${type}\` \`${name}\`${why}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

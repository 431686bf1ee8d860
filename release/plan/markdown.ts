import type { Step } from "./graph.ts";
import { objections, type Preview, type StackPreview } from "./preview.ts";

/** Lines of one stack that a reviewer still reads; the rest is counted. */
const mostSteps = 30;

/** A preview as a comment on a pull request: one table, and below it only what there is to say. */
export function markdown(preview: Preview): string {
  const { stacks, gate } = preview;
  const against = objections(preview);
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
    "",
    against.length === 0
      ? "Policy and parity hold: production would be what staging proves."
      : `**${against.length} to mend before a release:**`,
    ...(against.length === 0 ? [] : ["", ...against.map(({ why }) => `- ${why.replaceAll("\n", "\n  ")}`)]),
    ...Object.entries(stacks).flatMap(([name, stack]) => details(name, stack)),
    "",
  ].join("\n");
}

/** The steps of a stack, folded; none where verification alone would ask anew. */
function details(name: string, { steps }: StackPreview): string[] {
  const told = steps.filter(({ type }) => !type.endsWith(":Verification"));
  if (told.length === 0) return [];
  const rest = told.length - mostSteps;
  return [
    "",
    `<details><summary>${name}: ${told.length} change${told.length === 1 ? "" : "s"}</summary>`,
    "",
    ...told.slice(0, mostSteps).map((step) => `- ${line(step)}`),
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

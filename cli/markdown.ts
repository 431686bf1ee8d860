import type { Finding } from "../release/checks/finding.ts";
import { blocking } from "../release/checks/list.ts";
import type { Preview, StackPreview } from "../release/checks/preview.ts";
import { printFinding } from "../release/checks/print.ts";
import type { Step } from "../release/plan/graph.ts";
import { costLines } from "./costs.ts";

/** GitHub takes 65,536 characters in a comment; its own marks need a few. */
const mostCharacters = 65_000;
/** Of them, at the most, for findings; and for one finding or one reason. */
const findingsShare = 0.6;
const longest = 1_500;
/** What a reviewer looks at first: what cannot be undone. */
const order: readonly string[] = ["delete", "replace", "create", "update"];

/**
 * A preview as a comment on a pull request: a narrow table, the findings, and what changes in each stack, folded. What has
 * no room is counted.
 *
 * @param all where everything is, a URL; undefined where nothing but the comment is kept
 */
export function markdown({ stacks, gate, findings }: Preview, all?: string): string {
  const against = blocking(findings);
  const rows = Object.entries(stacks).map(
    ([name, stack]) =>
      `| ${name} | ${changesIn(stack)} | ${gate[name] ? (gate[name].allowed ? "open" : "closed") : "–"} |`,
  );
  const head = [
    "### order-queue preview",
    "",
    "| stack | changes | gate |",
    "|---|---|---|",
    ...rows,
    ...costLines(stacks),
    "",
    ...gateLines(gate),
    "",
  ];
  const foot = all === undefined ? [] : ["", `[All findings and changes](${all})`];
  const used = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length + 1, 0);
  const listed = findingLines(against, mostCharacters * findingsShare - used(head));
  const found =
    against.length === 0
      ? ["No findings: production would be what staging verified."]
      : [`**To fix before a release** (${against.length}):`, ...listed];
  const changed = Object.entries(stacks).filter(([, { steps }]) => changesOf(steps).length > 0);
  const room = (mostCharacters - used([...head, ...found, ...foot])) / Math.max(changed.length, 1);
  const details = changed.flatMap(([name, { steps }]) => fold(name, changesOf(steps), room));
  return [...head, ...found, ...details, ...foot, ""].join("\n");
}

/** Page of the CI job that runs, GitHub's or GitLab's, whose artifacts have the whole preview; undefined elsewhere. */
export function artifactPage(env: NodeJS.ProcessEnv): string | undefined {
  if (env.GITHUB_ACTIONS === "true")
    return `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}#artifacts`;
  return env.GITLAB_CI === "true" ? `${env.CI_JOB_URL}/artifacts/browse` : undefined;
}

function changesIn({ create, update, replace, delete: gone, error }: StackPreview): string {
  if (error) return "**cannot be planned**";
  const counts = [
    ...(gone > 0 ? [`**${gone} to delete**`] : []),
    ...(replace > 0 ? [`**${replace} to replace**`] : []),
    ...(create > 0 ? [`${create} to create`] : []),
    ...(update > 0 ? [`${update} to update`] : []),
  ];
  return counts.length > 0 ? counts.join(", ") : "no changes";
}

/** Each verdict once, with its stacks. */
function gateLines(gate: Preview["gate"]): string[] {
  const words = ({ allowed, why }: Preview["gate"][string]) => `${allowed ? "open" : "closed"}: ${short(why)}`;
  const same = Map.groupBy(Object.entries(gate), ([, verdict]) => words(verdict));
  return [...same].map(([text, of]) => `- ${of.map(([name]) => name).join(", ")}: ${text}`);
}

/** By check, in the order of the checks, as many as there is room for; the others are counted. */
function findingLines(findings: readonly Finding[], most: number): string[] {
  let room = most;
  return [...Map.groupBy(findings, ({ check }) => check)].flatMap(([check, found]) => {
    const title = ["", `**${check}**: ${found.length} finding${found.length === 1 ? "" : "s"}`, ""];
    const items = fitting(
      found.map((one) => `- ${short(printFinding(one)).replaceAll("\n", "\n  ")}`),
      room,
    );
    room -= items.reduce((sum, item) => sum + item.length + 1, 0);
    return [...title, ...items];
  });
}

/** Verification runs in every update. */
function changesOf(steps: readonly Step[]): Step[] {
  const changes = steps.filter(({ type }) => !type.endsWith(":Verification"));
  return changes.toSorted((one, other) => order.indexOf(one.op) - order.indexOf(other.op));
}

function fold(name: string, changes: readonly Step[], room: number): string[] {
  const title = `<details><summary>${name}: ${changes.length} change${changes.length === 1 ? "" : "s"}</summary>`;
  const frame = ["", title, "", "</details>"];
  const lines = fitting(changes.map(line), room - frame.join("\n").length - 3);
  return ["", title, "", ...lines, "", "</details>"];
}

/** The first lines that fit into some characters, and how many do not. */
function fitting(lines: readonly string[], characters: number): string[] {
  // The last line counts the others.
  let room = characters - "- … and 1000000 more".length;
  const end = lines.findIndex((each) => {
    room -= each.length + 1;
    return room < 0;
  });
  return end < 0 ? [...lines] : [...lines.slice(0, end), `- … and ${lines.length - end} more`];
}

function line({ op, type, name, replacedBy, changed }: Step): string {
  const [why, properties] = replacedBy.length > 0 ? [", forced by", replacedBy] : [":", op === "update" ? changed : []];
  const words = properties.length === 0 ? "" : `${why} \`${properties.join("`, `")}\``;
  return short(`- ${op} \`${type}\` \`${name}\`${words}`);
}

/** One text of at most so many characters that ends no fold and opens no tag. */
function short(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return cut.replaceAll("<", "&lt;");
}

/** docs/change-safety.md: what the drill measured of each fault, beside what a plain preview would have said of it. */
import type { Fault } from "./faults/fault.ts";
import { type DrillResult, type FaultResult, isCaught, type Measurement } from "./faults/result.ts";
import { type Score, stages } from "./mutants/score.ts";

/**
 * The page's text.
 * @param faults the whole corpus: those that were not run stand in the table too
 */
export function changeSafetyPage(
  faults: readonly Fault[],
  drill: DrillResult,
  baseline: DrillResult,
  mutants: Score,
): string {
  const harmless = faults.filter((fault) => fault.harmless);
  const passed = drill.harmless.filter(({ stopped }) => stopped === null).length;
  const changes = faults.filter((fault) => !fault.harmless && !fault.environment && !fault.notEncoded);
  const caughtEarly = changes.filter(({ id }) => resultOf(baseline, id)?.caughtBy).length;
  return [
    "# Change safety, measured",
    "",
    "After reading this page you know what catches which mistake. Each fault of [drills/faults/](../drills/faults/), as",
    "`npx order-queue drill` ran it against three deployed stacks in the twin. [faults.md](faults.md) explains the stages. Made from",
    "docs/measured/ by `npm run docs`.",
    "",
    "- *caught by* quotes the first stage that stopped the change before production changed, or the message that detected a failure.",
    "- *plain preview* is the same change with `tsc` and `pulumi preview` alone (`--baseline`): no policy, no parity, no staging.",
    "",
    `- Measured ${when(drill.measured)}, in ${minutes(drill.seconds)}; plain preview ${when(baseline.measured)}.`,
    `- ${drill.caught} of ${drill.total} faults were caught or detected; a plain preview stops ${caughtEarly} of the ${changes.length} that are changes.`,
    `- ${passed} of ${drill.harmless.length} harmless changes passed every stage and were deployed.`,
    ...(drill.measured.note ? [`- ${drill.measured.note}`] : []),
    "",
    "| fault | seen | caught by | plain preview | s |",
    "|---|---|---|---|---|",
    ...faults.filter((fault) => !fault.harmless).map((fault) => row(fault, drill, baseline)),
    "",
    "Harmless changes:",
    "",
    "| change | passes | s |",
    "|---|---|---|",
    ...harmless.map((fault) => harmlessRow(fault, drill)),
    "",
    ...mutantLines(mutants),
  ].join("\n");
}

/** Generated changes by category and stage. */
function mutantLines({
  at,
  generated,
  judged,
  counts,
  killed,
  equivalent,
  accepted,
  surviving,
  ...score
}: Score): string[] {
  return [
    "## Mutants",
    "",
    "`npx order-queue drill --mutants` changes every resource, value and option, and asks every check; the engine runs what none stops",
    "([why](decisions/0039-mutants-judge-the-checks.md)). *accepted*: an entry of [drills/mutants/accepted.ts](../drills/mutants/accepted.ts) says why.",
    "*equivalent*: AWS gets the same call.",
    "",
    `- Measured ${at.slice(0, 16).replace("T", " ")} UTC: ${judged} of ${generated} judged, ${Math.round((judged / score.processorSeconds) * 60)} a processor minute; the others apply nowhere.`,
    `- ${killed} killed, ${equivalent} equivalent, ${accepted} accepted, ${surviving} surviving. What no check stops runs on the engine.`,
    "",
    `| category | ${stages.join(" | ")} |`,
    `|---|${stages.map(() => "---|").join("")}`,
    ...Object.entries(counts).map(([category, of]) =>
      cells(category, ...stages.map((stage) => String(of[stage] ?? 0))),
    ),
    "",
    ...(score.survivors.length > 0
      ? ["Surviving, by class:", "", ...score.survivors.map((one) => `- ${one.count} × \`${one.class}\``), ""]
      : []),
  ];
}

function row({ id, title, seen = "", environment, notEncoded }: Fault, drill: DrillResult, baseline: DrillResult) {
  const what = `**${id}**: ${title}`;
  const result = resultOf(drill, id);
  if (notEncoded || !result)
    return cells(what, seen, notEncoded ? `not encoded: ${notEncoded}` : "not measured", "", "");
  const early = environment ? "nothing to preview" : resultOf(baseline, id)?.caughtBy ? "caught" : "passes";
  return cells(what, seen, outcome(result), early, String(result.seconds));
}

function outcome(result: FaultResult): string {
  const { stage, detectedBy, detectedSeconds, recoveredSeconds, ordersLost, evidence } = result;
  if (!isCaught(result)) return `**not caught**: ${firstLine(evidence)}`;
  if (!detectedBy) return `${stage}: ${firstLine(evidence)}`;
  const recovered = recoveredSeconds === null ? "not recovered" : `recovered after ${span(recoveredSeconds)}`;
  return `detected after ${span(detectedSeconds ?? 0)}: ${firstLine(detectedBy)}; ${recovered}, ${ordersLost} orders lost`;
}

function harmlessRow({ id, title }: Fault, drill: DrillResult): string {
  const result = drill.harmless.find((one) => one.id === id);
  const said = !result ? "not measured" : result.stopped ? `**stopped by ${result.stopped}**` : "yes";
  return cells(`**${id}**: ${title}`, said, result ? String(result.seconds) : "");
}

const resultOf = ({ faults }: DrillResult, id: string): FaultResult | undefined => faults.find((one) => one.id === id);

function cells(...texts: string[]): string {
  return `| ${texts.map((text) => text.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

function when({ at, commit = "no commit", dirty, processors }: Measurement): string {
  const of = `${commit.slice(0, 12)}${dirty ? " with uncommitted changes" : ""}`;
  return `${at.slice(0, 16).replace("T", " ")} UTC of ${of} on ${processors} processors`;
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Seconds, or days where they are many. */
function span(seconds: number): string {
  return seconds < 7_200 ? `${seconds.toFixed(1)} s` : `${(seconds / 86_400).toFixed(0)} d`;
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

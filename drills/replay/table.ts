import { evidence, rows } from "./comparison.ts";
import type { Replay } from "./replay.ts";

/** A replay in words: July 28, what was measured, and what is promised, side by side; below it the evidence. */
export function table(replay: Replay): string {
  const cells = [
    ["", "July 28", "measured", "goal", ""],
    ...rows(replay).map(({ what, july28, now, goal, held }) => [what, july28, now, goal, verdict(goal, held)]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const said = evidence(replay).flatMap(([what, all]) =>
    all.map((line, index) => `${(index === 0 ? what : "").padEnd(14)}  ${line}`),
  );
  return [...lines, "", ...said].join("\n");
}

function verdict(goal: string, held: boolean): string {
  if (goal === "" && held) return "";
  return held ? "met" : "MISSED";
}

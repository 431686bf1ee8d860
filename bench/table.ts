import { type Figure, keepsGoal, type Unit } from "./benchmark.ts";

const decimals: Record<Unit, number> = {
  s: 2,
  ms: 2,
  MB: 0,
  ratio: 2,
  orders: 0,
  "orders/s": 0,
  "requests/s": 0,
  resources: 0,
};

/** A value with its unit, as tables have it. */
export function withUnit(unit: Unit, value: number): string {
  return `${value.toFixed(decimals[unit])}${unit === "ratio" ? "" : ` ${unit}`}`;
}

/** `≤ 0.50`; empty without a goal. */
export function goalOf({ goal, atLeast, unit }: Figure): string {
  return goal === undefined ? "" : `${atLeast ? "≥" : "≤"} ${withUnit(unit, goal)}`;
}

/** The figures as a table for a terminal. */
export function table(figures: Figure[]): string {
  const header = ["", "median", "lowest", "highest", "goal", "", "beside"];
  const rows = figures.map((figure) => {
    const say = (value: number) => withUnit(figure.unit, value);
    const kept = keepsGoal(figure);
    return [
      figure.name,
      say(figure.value),
      say(Math.min(...figure.runs)),
      say(Math.max(...figure.runs)),
      goalOf(figure),
      kept === undefined ? "" : kept ? "met" : "MISSED",
      figure.peer ? `${figure.peer.name} ${say(figure.peer.value)}` : "",
    ];
  });
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

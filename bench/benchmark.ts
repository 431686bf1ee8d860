/** What a benchmark is, and the little arithmetic they share. */

export type Unit = "s" | "ms" | "MB" | "ratio" | "orders" | "orders/s" | "requests/s" | "resources";

/** One thing measured. */
export interface Figure {
  name: string;
  unit: Unit;
  /** The median of the runs, or what the name says. */
  value: number;
  /** Every run, in the order they were made. */
  runs: number[];
  /** The value must not be above it. */
  goal?: number;
  /** The value must not be below the goal instead. */
  atLeast?: true;
  /** What it stands beside, measured in turn with it. */
  peer?: { name: string; value: number; runs: number[] };
}

export interface Benchmark {
  name: string;
  /** One sentence for `--help`. */
  what: string;
  /** Runs made of each thing when `--runs` does not say. */
  runs: number;
  run(options: { runs: number; report: (line: string) => void }): Promise<Figure[]>;
}

/** @throws RangeError for no values */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (low === undefined || high === undefined) throw new RangeError("The median of no values is not defined.");
  return (low + high) / 2;
}

/** Whether the goal is met; undefined when there is none. */
export function keepsGoal({ value, goal, atLeast }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return atLeast ? value >= goal : value <= goal;
}

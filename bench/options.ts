import { parseArgs } from "node:util";

export interface Options {
  only: string[] | undefined;
  runs: number | undefined;
  json: string | undefined;
  help: boolean;
}

/**
 * @param args what stands after the command
 * @param names of the benchmarks there are
 * @throws Error for a wrong call
 */
export function readOptions(args: readonly string[], names: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", multiple: true },
      runs: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  const { only, runs, json, help = false } = values;
  if (help) return { only, runs: undefined, json, help };
  const wanted = runs === undefined ? undefined : wholeNumber("--runs", runs);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: expected one of ${names.join(", ")}`);
  return { only, runs: wanted, json, help };
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`${option} ${text}: expected a whole number from 1 and up`);
  return number;
}

import { Command, InvalidArgumentError } from "commander";

export interface Options {
  files: string[];
  threshold: number;
  json?: string;
}

function percent(text: string): number {
  const number = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || number > 100) throw new InvalidArgumentError("expected 0 to 100");
  return number;
}

/**
 * @param args what stands after the command
 * @throws CommanderError for a wrong call, and after the help
 */
export function readOptions(args: readonly string[]): Options {
  return new Command("npm run mutate --")
    .description("Changes sources one mutation at a time with Stryker, and reports which changes no unit test notices.")
    .requiredOption("--files <glob...>", "sources to mutate")
    .option("--threshold <percent>", "of the mutants of each file that must be killed", percent, 85)
    .option("--json <file>", "also write the result as JSON")
    .allowExcessArguments(false)
    .addHelpText(
      "after",
      `
The tests that run are those of tools/mutate/jest.config.mjs; for each mutant, those that run its line.
tools/mutate/accepted.json lists mutants that may survive, each with its reason.

Exit codes: 0 each file reaches the threshold; 1 a file does not, or Stryker failed; 2 wrong call.

Examples:
  $ npm run mutate -- --files stacks/gate.ts
  $ npm run mutate -- --files 'release/*parity.ts' stacks/ledger.ts --json mutation.json`,
    )
    .exitOverride()
    .parse(args, { from: "user" })
    .opts<Options>();
}

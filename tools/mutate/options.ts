import { Command, InvalidArgumentError } from "commander";

export interface Options {
  /** Sources, sorted. */
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
 * @param filesIn the files that a glob matches, as paths from the project's root
 * @throws CommanderError for a wrong call, and after the help
 */
export function readOptions(args: readonly string[], filesIn: (glob: string) => readonly string[]): Options {
  const sources = (glob: string, before: readonly string[] = []) => {
    const found = filesIn(glob).filter((path) => path.endsWith(".ts"));
    if (found.length === 0) throw new InvalidArgumentError("no TypeScript file matches. Fix: give a path or a glob");
    return [...new Set([...before, ...found])].sort();
  };
  return new Command("npm run mutate --")
    .description("Changes sources one mutation at a time with Stryker, and reports which changes no unit test notices.")
    .requiredOption("--files <glob...>", "sources to mutate, one after the other", sources)
    .option("--threshold <percent>", "of the mutants of each file that must be killed", percent, 85)
    .option("--json <file>", "also write the result as JSON")
    .allowExcessArguments(false)
    .addHelpText(
      "after",
      `
The mutants of a file run against the unit tests named after it; where there are none, against those of its folder.
tools/mutate/accepted.json lists mutants that may survive, each with its reason. They do not count.

Exit codes: 0 each file reaches the threshold; 1 a file does not, or Stryker failed; 2 wrong call.

Examples:
  $ npm run mutate -- --files stacks/gate.ts
  $ npm run mutate -- --files 'release/checks/*parity.ts' stacks/ledger.ts --json mutation.json`,
    )
    .exitOverride()
    .parse(args, { from: "user" })
    .opts<Options>();
}

import { randomInt } from "node:crypto";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { costly } from "./kinds.ts";
import { longFrom } from "./schedule.ts";

export interface Options {
  faults: number;
  seed: number;
  json?: string;
  /** Folder of the deployed stacks. */
  state: string;
}

const LARGEST_SEED = 2 ** 32 - 1;
const MOST_FAULTS = 1_000_000;

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most)
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    return number;
  };
}

/**
 * @param root folder of the project
 * @param args what stands after the command
 * @throws CommanderError for a wrong call, and after the help
 */
export function readOptions(root: string, args: readonly string[]): Options {
  const cli = new Command("npm run soak --")
    .description(
      "Runs faults against the three stacks on the twin of AWS, while every store posts orders, and accounts for every order afterwards.",
    )
    .option("--faults <n>", "how many", wholeNumber(1, MOST_FAULTS), 100)
    .option("--seed <s>", "draws the faults: same seed, same schedule (default: any)", wholeNumber(0, LARGEST_SEED))
    .option("--json <file>", "also write the figures as JSON")
    .option(
      "--state <folder>",
      "folder of the local state; the deployed stacks are kept in it",
      join(root, ".order-queue"),
    )
    .allowExcessArguments(false)
    .addHelpText(
      "after",
      `
From ${longFrom} faults up there is at least one of each kind; below there is none of
${costly.join(", ")}.

Exit code 0 when every accepted order is at its ERP once or in the dead-letter queue with its reason, the system
recovered from every fault, and no handshake failed; 1 otherwise; 2 for a wrong call. docs/soak.md has more.

Examples:
  $ npm run soak -- --faults 50
  $ npm run soak -- --faults 10000 --seed 1 --json soak.json`,
    )
    .exitOverride();
  const { seed = randomInt(LARGEST_SEED), ...rest } = cli.parse(args, { from: "user" }).opts<Options>();
  return { seed, ...rest };
}

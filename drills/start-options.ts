import { join } from "node:path";
import { Command } from "commander";
import { containersOption, proxyPortOption } from "../cli/twin-options.ts";
import type { TwinSettings } from "./local.ts";

export interface StartOptions extends TwinSettings {
  exit?: boolean;
  json?: string;
  state: string;
  fresh?: boolean;
}

/** Folder of the local state of a project when none is given. */
export const defaultState = (root: string): string => join(root, ".order-queue");

/**
 * @param root folder of the project
 * @param args what stands after the command
 * @throws CommanderError for a wrong call, and after the help
 */
export function readStartOptions(root: string, args: readonly string[]): StartOptions {
  const cli = new Command("npm start --")
    .description(
      "Runs the three stacks on the twin of AWS, sends orders, replays the incident, and prints what it measured.",
    )
    .option("--exit", "exit after the measurement, instead of running until Ctrl-C")
    .option("--json <file>", "also write the figures as JSON")
    .option("--state <folder>", "folder of the local state", defaultState(root))
    .addOption(proxyPortOption)
    .addOption(containersOption)
    .option("--fresh", "delete the local state first: twin, stacks and history")
    .addHelpText(
      "after",
      "\nExamples:\n  $ npm start\n  $ npm start -- --exit --json figures.json\n  $ npm start -- --fresh",
    )
    .exitOverride();
  return cli.parse(args, { from: "user" }).opts<StartOptions>();
}

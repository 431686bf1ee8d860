/**
 * `order-queue`: the thin edge over release/ and drills/. Exit codes: 0 as asked; 1 refused, failed, or a difference found;
 * 2 a wrong call.
 */
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { proxyPortOption } from "../drills/options.ts";
import { environmentLines, previewCommand, rollbackCommand, twinCommand } from "./commands.ts";

const cli = new Command("order-queue")
  .description("Previews, deploys and rolls back the order-queue stacks.")
  .option("--state <folder>", "folder of the local state (twin, backend)", join(process.cwd(), ".order-queue"))
  .exitOverride()
  .showHelpAfterError("Run with --help for examples.");

cli
  .command("preview")
  .description(
    "Plans all stacks in one process: what each would change, and where production is not what staging proves.",
  )
  .option("--json <file>", "also writes the result as JSON")
  .addHelpText(
    "after",
    "\nExit code 1 when a stack cannot be planned or production differs beyond stacks/parity-contract.ts.\n\nExample:\n  $ npx order-queue preview --json preview.json",
  )
  .action((options) => previewCommand(cli.opts().state, options));

cli
  .command("rollback <stack>")
  .description("Re-applies the last good update that the stack's history names, and verifies it.")
  .option("--json <file>", "also writes the result as JSON")
  .addHelpText("after", "\nExample:\n  $ npx order-queue rollback prod-au")
  .action((stack, options) => rollbackCommand(cli.opts().state, stack, options));

cli
  .command("env")
  .description("Prints what a shell needs so that plain `pulumi` and `curl` talk to the running twin.")
  .addHelpText("after", '\nExample:\n  $ eval "$(npx order-queue env)"\n  $ pulumi preview -s prod-au')
  .action(() => environmentLines(cli.opts().state));

cli
  .command("twin")
  .description("Runs the twin of AWS on this machine until Ctrl-C.")
  .addOption(proxyPortOption)
  .action((options) => twinCommand(cli.opts().state, options));

try {
  await cli.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    // What went wrong is for whoever called, not where in this program.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

import { join } from "node:path";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { containersOption, proxyPortOption } from "../drills/options.ts";
import { stacks } from "../stacks/registry.ts";

/** What runs each command. */
export type Commands = typeof import("./commands.ts") & typeof import("./redrive.ts");

const jsonOption = () => new Option("--json <file>", "also writes the result as JSON");

const stackArgument = (name: string) => new Argument(name).choices(stacks.map((stack) => stack.name));

function wholeNumber(value: string): number {
  if (!/^[1-9][0-9]*$/.test(value)) throw new InvalidArgumentError("expected a whole number from 1 up");
  return Number(value);
}

/** The command line of `order-queue`. Building it runs nothing: parsing it runs one of the commands. */
export function program(commands: Commands): Command {
  const cli = new Command("order-queue")
    .description("Previews, deploys and rolls back the order-queue stacks.")
    .option("--state <folder>", "folder of the local state (twin, backend)", join(process.cwd(), ".order-queue"))
    .exitOverride()
    .showHelpAfterError("Run with --help for examples.");

  cli
    .command("preview")
    .description(
      "Plans all stacks in one process: what each would change, by policy and gate, and where production is, or does, what staging does not prove.",
    )
    .addOption(jsonOption())
    .option("--markdown <file>", "also writes the result as Markdown, fit for a comment on a pull request")
    .addHelpText(
      "after",
      "\nExit code 1 when a stack cannot be planned, breaks a policy, or production differs beyond stacks/parity-contract.ts.\nThe gate's verdict alone is no failure: a release is how it opens.\n\nExample:\n  $ npx order-queue preview --markdown preview.md --json preview.json",
    )
    .action((options) => commands.previewCommand(cli.opts().state, options));

  cli
    .command("release")
    .description(
      "Takes the working tree's release through staging's rehearsal, then to each production stack, watching its alarms.",
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nA failed verification or an alarm rolls that stack back and ends the release: exit code 1. An interrupted release\ngoes on where it was when it is called again.\n\nExample:\n  $ npx order-queue release",
    )
    .action((options) => commands.releaseCommand(cli.opts().state, options));

  cli
    .command("rollback")
    .addArgument(stackArgument("<stack>"))
    .description("Re-applies the last good update that the stack's history names, and verifies it.")
    .option("--to <update>", "number of the update in `pulumi stack history` to go back to", wholeNumber)
    .option("--dry-run", "only say what it would change")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExit code 1 when it is refused, for it would destroy protected state or a certificate that is served, or when it fails.\n\nExamples:\n  $ npx order-queue rollback prod-au\n  $ npx order-queue rollback prod-au --to 12 --dry-run",
    )
    .action((stack, options) => commands.rollbackCommand(cli.opts().state, stack, options));

  cli
    .command("verify")
    .addArgument(stackArgument("<stack>"))
    .description(
      "Asks the checks of the stack's last update again: TLS of every host name, the release, an order there and back.",
    )
    .addOption(jsonOption())
    .addHelpText("after", "\nExit code 1 when a check does not hold.\n\nExample:\n  $ npx order-queue verify prod-eu")
    .action((stack, options) => commands.verifyCommand(cli.opts().state, stack, options));

  cli
    .command("drift")
    .addArgument(stackArgument("[stack]"))
    .description(
      "Says what is not as the last update left it, and where production's deployed state is not staging's; changes nothing.",
    )
    .addOption(jsonOption())
    .addHelpText("after", "\nExit code 1 when there is any.\n\nExample:\n  $ npx order-queue drift prod-au")
    .action((stack, options) => commands.driftCommand(cli.opts().state, stack, options));

  cli
    .command("diagnose")
    .addArgument(stackArgument("<stack>"))
    .description("Reads how a stack is, on one screen, and names what is likely wrong, the most likely first.")
    .addOption(jsonOption())
    .addHelpText("after", "\nExit code 1 when a cause was found.\n\nExample:\n  $ npx order-queue diagnose prod-au")
    .action((stack, options) => commands.diagnoseCommand(cli.opts().state, stack, options));

  cli
    .command("redrive")
    .addArgument(stackArgument("<stack>"))
    .description(
      "Tells which orders lie in a stack's dead-letter queue and why; with --yes sends them back to the queue.",
    )
    .option("--store <name>", "those of this store alone")
    .option("--yes", "send them back; without it nothing is changed")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nAn order keeps its text, attributes and Idempotency-Key, and leaves the dead-letter queue only after the queue has it.\nWhile it is read, for 10 minutes at the most, it is invisible to other readers.\nExit code 1 when one could not be sent back, or there are more than were looked at.\n\nExamples:\n  $ npx order-queue redrive prod-au\n  $ npx order-queue redrive prod-au --store acme --yes",
    )
    .action((stack, options) => commands.redriveCommand(cli.opts().state, stack, options));

  cli
    .command("replay")
    .description(
      "Replays the incident of July 28 on the twin, and shows what was measured beside that day and the goals.",
    )
    .addOption(jsonOption())
    .option("--page <file>", "also writes the result as an HTML page")
    .option("--picture <file>", "also draws the timeline as an SVG")
    .addHelpText(
      "after",
      "\nExit code 1 when a goal is missed, but for those of time alone, which depend on the machine; what never came is missed.\n\nExample:\n  $ npx order-queue replay --json replay.json --page replay.html",
    )
    .action((options) => commands.replayCommand(cli.opts().state, options));

  cli
    .command("drill")
    .description("Puts faults to the system, each in a copy of three deployed stacks, and says what caught each.")
    .option("--corpus <file>", "faults to run (default: drills/faults/public.json and harmless.json)")
    .option("--only <id>", "that fault alone")
    .option("--baseline", "what `pulumi preview` alone would have caught: no policy, no parity, no staging")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExit code 1 when a fault was neither caught nor detected, or a harmless change was stopped.\ndocs/faults.md says how a fault is written.\n\nExamples:\n  $ npx order-queue drill\n  $ npx order-queue drill --only q-max-receive-count-one\n  $ npx order-queue drill --corpus mine.json --json result.json",
    )
    .action((options) => commands.drillCommand(cli.opts().state, options));

  cli
    .command("env")
    .description("Prints what a shell needs so that plain `pulumi` and `curl` talk to the running twin.")
    .addHelpText("after", '\nExample:\n  $ eval "$(npx order-queue env)"\n  $ pulumi preview -s prod-au')
    .action(() => commands.environmentLines(cli.opts().state));

  cli
    .command("twin")
    .description("Runs the twin of AWS on this machine until Ctrl-C.")
    .addOption(proxyPortOption)
    .addOption(containersOption)
    .action((options) => commands.twinCommand(cli.opts().state, options));

  return cli;
}

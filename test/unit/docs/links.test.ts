/** Every relative link of the pages, and every path of this repository that they name, leads to a file. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...globSync("docs/**/*.md", { cwd: root }),
]
  .filter((page) => !page.startsWith("docs/measured/"))
  .sort();

const folders = globSync("*/", { cwd: root, exclude: ["node_modules"] }).join("|");

/** A path in a folder of the repository, with or without backticks; or a source file's in backticks, wherever it was. */
const paths = new RegExp(
  `(?<![\\w./:@#-])(?:${folders})/[\\w./*-]*[\\w*]|(?<=\`)[\\w./-]+/[\\w.-]+\\.(?:ts|mjs|cjs|json|sh)(?=[\`:])`,
  "g",
);

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(path: string, text: string): string[] {
  const page = existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : text;
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** What the page links to or names, and is not there. */
function missing(page: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
    const [file = "", heading] = target.split("#");
    if (/^[a-z]+:/.test(file)) return [];
    const path = file === "" ? page : join(dirname(page), file);
    return (path === page || existsSync(join(root, path))) && (!heading || headingsOf(path, text).includes(heading))
      ? []
      : [target];
  });
  // Links are judged above; what follows `npm test --` is a part of a test's path.
  const words = text.replaceAll(/\]\([^)]*\)|npm (?:run )?test\S* -- [^`\s]+/g, "");
  const named = [...words.matchAll(paths)].flatMap(([path]) =>
    path.startsWith(".order-queue/") || globSync(path, { cwd: root }).length > 0 ? [] : [path],
  );
  return [...new Set([...links, ...named])];
}

test.each(pages)("%s leads to files that exist", (page) => {
  expect(missing(page, readFileSync(join(root, page), "utf8"))).toEqual([]);
});

test.each([
  ["a link", "[notes](gone.md) and [here](testing.md)", ["gone.md"]],
  ["a heading", "[a](testing.md#what-a-run-costs), [b](testing.md#gone)", ["testing.md#gone"]],
  ["a source file in backticks", "`setup/engine.ts` and `docs/testing.md`", ["setup/engine.ts"]],
  ["a path without backticks", "see stacks/gone.ts and (stacks/gate.ts:12)", ["stacks/gone.ts"]],
  ["a pattern", "twin/services/*/api.ts and twin/services/*/gone.ts", ["twin/services/*/gone.ts"]],
  ["addresses and local state", "# Words\n[a](https://a.example/docs/x.md), `.order-queue/x.json`, [b](#words)", []],
])("%s that is not there is named", (_, text, expected) => {
  expect(missing("docs/page.md", text)).toEqual(expected);
});

test("README.md is read in two minutes: at most 150 lines", () => {
  expect(readFileSync(join(root, "README.md"), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(150);
});

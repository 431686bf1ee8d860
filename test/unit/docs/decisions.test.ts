/** Every decision record has its number, date, status and parts, and a row in the index. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../../../docs/decisions");
const records = readdirSync(folder)
  .filter((file) => file !== "README.md")
  .sort();
const read = (file: string) => readFileSync(join(folder, file), "utf8");

test("no two records have one number", () => {
  const numbers = records.map((file) => file.slice(0, 5));
  expect(numbers).toEqual([...new Set(numbers)]);
});

test.each(records)("%s has number, date, status, context, decision and consequences, in at most 43 lines", (file) => {
  const lines = read(file).split("\n");
  expect(lines[0]).toMatch(new RegExp(`^# ${Number(file.slice(0, 4))}\\. \\S`));
  expect(lines[2]).toMatch(/^20\d\d-\d\d-\d\d\. (Accepted|Superseded by \d+)\.$/);
  expect(lines.filter((line) => line.startsWith("## "))).toEqual(["## Context", "## Decision", "## Consequences"]);
  expect(lines.length).toBeLessThanOrEqual(43);
});

test("the index has a row of each record, with its number, title, date and status", () => {
  const rows = records.map((file) => {
    const [, number, title, date, status] = /^# (\d+)\. (.*)\n\n(\S+)\. (.*)\.$/m.exec(read(file)) ?? [];
    return `| ${number} | [${title}](${file}) | ${date} | ${status?.toLowerCase()} |`;
  });
  expect(read("README.md").match(/^\| \d.*$/gm)).toEqual(rows);
});

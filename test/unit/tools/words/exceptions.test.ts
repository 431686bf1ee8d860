import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { exceptions } from "../../../../tools/words/exceptions.ts";
import { findingsOf } from "../../../../tools/words/findings.ts";
import { words } from "../../../../tools/words/words.ts";

const root = resolve(import.meta.dirname, "../../../..");

test.each(exceptions)("$file $text is needed, and has a reason: $reason", ({ file, text, reason }) => {
  expect(reason).not.toBe("");
  const files = globSync(file.endsWith("/") ? `${file}**/*.*` : file, { cwd: root });
  const found = files.flatMap((name) => findingsOf(name, readFileSync(join(root, name), "utf8"), words, []));
  expect(found).not.toEqual([]);
  if (text)
    expect(files.some((name) => readFileSync(join(root, name), "utf8").includes(text.replace("…", "")))).toBe(true);
});

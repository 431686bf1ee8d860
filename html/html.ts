/** The look that every page of the project has, and the frame of a page that is one file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

/** Colours by name (`--ink` on `--paper`, …), light and dark by the reader's setting: CSS. */
export const colours = read("colours.css");

/** `colours`, and how headings, tables, links and the focus look: CSS. */
export const style = `${colours}\n${read("style.css")}`;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Words as they stand in HTML and SVG: `&`, `<`, `>` and `"` are escaped. */
export function text(words: string): string {
  return words.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);
}

/** The same for HTML alone: a line may also break inside a name, after `-`, `.`, `/`, `:` and `_`, but not inside a number. */
export function breakable(words: string): string {
  return text(words).replace(/(?<=[A-Za-z])[./:_](?=\w)|(?<=\w)(?:[./:_](?=[A-Za-z])|-(?=\w))/g, "$&<wbr>");
}

/** A page that needs nothing beside itself. Of its parts, `title` alone is not HTML or CSS already. */
export function htmlPage({ title, style: own, main }: { title: string; style: string; main: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>
${style}
${own}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

/** The frame of a page that is one file, and its style: light and dark by the reader's setting. */

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Words as they stand in HTML and SVG. */
export function text(words: string): string {
  return words.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);
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

const style = `:root { color-scheme: light dark; --paper: #fbfaf8; --ink: #1c1b1a; --soft: #5c5853; --line: #dcd7d0;
  --good: #0b6b4f; --bad: #a8321a; --focus: #1f5fbf; font: 15px / 1.5 system-ui, "DejaVu Sans", sans-serif; }
@media (prefers-color-scheme: dark) { :root { --paper: #161514; --ink: #ece8e2; --soft: #aaa49b; --line: #3a3733;
  --good: #6fd6b0; --bad: #ff9a80; --focus: #8ab8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; background: var(--paper); color: var(--ink); overflow-wrap: break-word; }
h1, h2 { line-height: 1.25; }
a { color: var(--focus); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.good { color: var(--good); }
.bad { color: var(--bad); font-weight: 600; }
.soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { padding-bottom: 6px; font-weight: 600; text-align: start; }
th, td { padding: 8px 16px 8px 0; border-top: 1px solid var(--line); font-weight: 400; text-align: start; vertical-align: top; }
thead th { border-top: 0; color: var(--soft); }
time { white-space: nowrap; }`;

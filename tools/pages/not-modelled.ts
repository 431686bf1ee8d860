/** What the heads of the twin's files say that they do not model, and where they were checked, by service. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Above this line docs/aws-differences.md is not generated. */
const marker = "<!-- below: made by npm run docs from the heads of the files in twin/services -->";

interface Said {
  readonly service: string;
  readonly text: string;
}

/** The text of docs/aws-differences.md with its generated part as the files say it now. @param services folder of the twin's services */
export function withNotModelled(page: string, services: string): string {
  const [written = ""] = page.split(marker);
  return `${written.trimEnd()}\n\n${notModelled(services)}`;
}

function notModelled(services: string): string {
  const said: Said[] = [];
  const checked = new Map<string, Set<string>>();
  const files = readdirSync(services, { recursive: true, encoding: "utf8" }).filter((file) =>
    /[/\\].*\.ts$/.test(file),
  );
  for (const file of files.sort()) {
    const service = file.split(/[/\\]/)[0] ?? "";
    const comments = readFileSync(join(services, file), "utf8").match(/\/\*\*[\s\S]*?\*\//g) ?? [];
    for (const comment of comments.map(plain)) {
      const [, text] = /Not modelled: (.*?)(?:\.(?= [A-Z@]| *$)|$)/.exec(comment) ?? [];
      // One thing a line: lists have commas or semicolons between them, but for those in brackets.
      for (const item of text?.split(/[,;] (?![^(]*\))/) ?? []) said.push({ service, text: item.replace(/^and /, "") });
      const [, sources] = /Sources?: (.*?)\.?$/.exec(comment) ?? [];
      if (sources !== undefined) checked.set(service, (checked.get(service) ?? new Set()).add(sources));
    }
  }
  const names = [...new Set(said.map(({ service }) => service))];
  return [
    marker,
    "",
    "## What the twin does not model, by service",
    "",
    ...names.flatMap((name) => [
      `### ${name}`,
      "",
      ...new Set(said.filter(({ service }) => service === name).map(({ text }) => `- ${text}`)),
      ...(checked.has(name)
        ? ["", "Checked by:", "", ...[...(checked.get(name) ?? [])].map((text) => `- ${text}`)]
        : []),
      "",
    ]),
  ].join("\n");
}

/** The words of a comment in one line. */
function plain(comment: string): string {
  return comment
    .replace(/^\/\*\*|\*\/$/g, "")
    .replaceAll(/\n\s*\* ?/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The prose of a file: what a person reads in it, without the code around it. */
import * as tokens from "js-tokens";

// By the name that it has for `require` too: jest's transform makes CommonJS of it, where a default import is the module.
const jsTokens = (tokens as unknown as { "module.exports": typeof tokens.default })["module.exports"];

export interface Prose {
  /** Line of the file on which it starts, from 1. */
  line: number;
  text: string;
  /** A comment explains one place of the code; the length of its sentences is not checked. */
  kind: "document" | "string" | "comment" | "code block";
}

/** The prose of a file, by its ending; none of a file that has no known one. */
export function proseOf(file: string, source: string): Prose[] {
  if (/\.(?:ts|mjs|cjs|js)$/.test(file)) return proseOfScript(source);
  if (/\.md$/.test(file)) return proseOfMarkdown(source);
  if (/\.json$/.test(file)) return proseOfJson(source);
  return proseOfShell(source);
}

/** Comments, and strings of more than one word. The parts of a template are one string, with `…` for each value. */
function proseOfScript(source: string): Prose[] {
  const prose: Prose[] = [];
  const templates: Prose[] = [];
  let line = 1;
  for (const { type, value } of jsTokens(source)) {
    if (type === "MultiLineComment" || type === "SingleLineComment")
      prose.push({ line, text: value.replaceAll(/^\s*(?:\/\*\*?|\/\/|\*(?!\/))|\*\/$/gm, ""), kind: "comment" });
    else if (type === "StringLiteral" || type === "NoSubstitutionTemplate") add(line, value.slice(1, -1));
    else if (type === "TemplateHead") templates.push({ line, text: value.slice(1, -2), kind: "string" });
    else if (type === "TemplateMiddle" || type === "TemplateTail") {
      const template = templates.at(-1);
      if (template) template.text += `…${value.slice(1, type === "TemplateTail" ? -1 : -2)}`;
      if (type === "TemplateTail") add(template?.line ?? line, templates.pop()?.text ?? "");
    }
    line += linesIn(value);
  }
  return prose;

  function add(line: number, text: string): void {
    if (isProse(text)) prose.push({ line, text: text.replaceAll("\\n", "\n"), kind: "string" });
  }
}

/** Paragraphs, items of lists, cells of tables; blocks of code and comments apart. */
function proseOfMarkdown(source: string): Prose[] {
  const prose: Prose[] = [];
  let kind: Prose["kind"] = "document";
  let open: Prose | undefined;
  for (const [index, text] of source.split("\n").entries()) {
    const line = index + 1;
    if (/^\s*```/.test(text)) {
      kind = kind === "document" ? "code block" : "document";
      open = undefined;
    } else if (kind === "code block") prose.push({ line, text, kind });
    else if (text.startsWith("|")) {
      open = undefined;
      for (const cell of text.split(/(?<!\\)\|/)) if (/\p{L}/u.test(cell)) prose.push({ line, text: cell, kind });
    } else if (text.trim() === "" || text.startsWith("#") || /^\s*(?:[-*]|\d+\.)\s/.test(text)) {
      open = text.trim() === "" ? undefined : { line, text, kind };
      if (open) prose.push(open);
      if (text.startsWith("#")) open = undefined;
    } else if (open) open.text += `\n${text}`;
    else {
      open = { line, text, kind: text.startsWith("<!--") ? "comment" : kind };
      prose.push(open);
    }
    if (text.endsWith("-->")) open = undefined;
  }
  for (const part of prose) if (part.kind === "document") part.text = withoutCode(part.text);
  return prose;
}

/** A name in backticks, an address and a link's target stand for one word each. */
function withoutCode(text: string): string {
  return text
    .replaceAll(/\]\([^)]*\)/g, "]")
    .replaceAll(/`[^`]*`|https?:\/\/\S+/g, (code) => `…${"\n".repeat(linesIn(code))}`);
}

/** Values of more than one word: descriptions. */
function proseOfJson(source: string): Prose[] {
  return source.split("\n").flatMap((line, index) => {
    const strings = [...line.matchAll(/"((?:[^"\\]|\\.)*)"(\s*:)?/g)];
    const values = strings.filter(([, , key]) => !key).map(([, value = ""]) => value);
    return values.filter(isProse).map((text): Prose => ({ line: index + 1, text, kind: "string" }));
  });
}

/** The comments of YAML, of a shell script, of a Dockerfile. */
function proseOfShell(source: string): Prose[] {
  return source.split("\n").flatMap((text, index): Prose[] => {
    const comment = /(?:^|\s)#(?!!)\s*(.*)$/.exec(text)?.[1];
    return comment ? [{ line: index + 1, text: comment, kind: "comment" }] : [];
  });
}

/** Whether there are two words, of which one may be a number or end with a sign. */
const isProse = (text: string) => /\p{L}\S*\s+\p{L}/u.test(text);

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

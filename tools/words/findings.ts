/** The findings of the lint in one file: words that another one replaces, and sentences that are too long. */
import type { Exception } from "./exceptions.ts";
import { type Prose, proseOf } from "./prose.ts";
import type { Word } from "./words.ts";

/** Words of a sentence at the most. */
const LONGEST_SENTENCE = 30;

/** The findings of one file, one line each: where, what, what is expected. */
export function findingsOf(
  file: string,
  source: string,
  words: readonly Word[],
  exceptions: readonly Exception[],
): string[] {
  const match = matcher(words);
  const excepted = exceptions.filter((exception) => file.startsWith(exception.file)).map(({ text }) => text);
  return proseOf(file, source).flatMap((prose) => {
    if (excepted.some((text) => text === undefined || flat(prose.text).includes(text))) return [];
    return [...match(prose), ...longSentences(prose)].map(
      ({ at, message }) => `${file}:${prose.line + linesBefore(prose.text, at)}: ${message}`,
    );
  });
}

interface Finding {
  at: number;
  message: string;
}

/** One search for all words, and one more for each where it has found any. */
function matcher(words: readonly Word[]): (prose: Prose) => Finding[] {
  const expression = (not: string, flags: string) =>
    new RegExp(`(?<![\\w-])(?:${not.replaceAll(" ", "\\s+")})(?![\\w-])`, flags);
  const any = expression(words.map(({ not }) => not).join("|"), "i");
  const each = words.map(({ not, but }) => ({ pattern: expression(not, "gi"), but }));
  return ({ text }) =>
    any.test(text)
      ? each.flatMap(({ pattern, but }) =>
          [...text.matchAll(pattern)].map(({ 0: found, index }) => ({
            at: index,
            message: `"${flat(found)}" is replaced. Fix: write "${but}"`,
          })),
        )
      : [];
}

function longSentences({ text, kind }: Prose): Finding[] {
  if (kind === "comment" || kind === "code block") return [];
  // A message has its parts (where: what) between colons, and the items of a list on lines of their own.
  const ends = kind === "string" ? /[.!?:;](?=\s)|\n/g : /[.!?](?=[\s)"”*]|$)|:(?=\s*$)|:\*\*/g;
  let start = 0;
  return [...[...text.matchAll(ends)].map(({ index }) => index + 1), text.length].flatMap((end) => {
    const sentence = text.slice(start, end);
    const at = start + sentence.search(/\S|$/);
    start = end;
    const count = sentence.match(/\S*[\p{L}\p{N}…]\S*/gu)?.length ?? 0;
    return count > LONGEST_SENTENCE
      ? [
          {
            at,
            message: `a sentence of ${count} words: "${flat(sentence).slice(0, 60)}…". Expected at most ${LONGEST_SENTENCE}. Fix: write two sentences, or a list`,
          },
        ]
      : [];
  });
}

const flat = (text: string) => text.replaceAll(/\s+/g, " ").trim();
const linesBefore = (text: string, at: number) => text.slice(0, at).split("\n").length - 1;

/**
 * The commands in a page's blocks for a shell (`sh`, `console`), and which of them the walkthrough runs. An invisible comment above each
 * block says so: `<!-- run -->`, `<!-- not run: REASON -->` (of a whole page: `<!-- not run on this page: REASON -->`), or, where single
 * commands are exceptions, one a line:
 *
 *     <!-- run, but
 *     COMMAND: not run: REASON
 *     COMMAND: exit CODE [or CODE]: REASON
 *     -->
 *
 * Pure.
 */

/** A command of a page, with its continuation lines, without its comment. */
export interface DocumentedCommand {
  page: string;
  /** Of the page, from 1. */
  line: number;
  text: string;
  /** The exit codes that it may have. */
  exits: number[];
  /** Why it is not run. */
  skipped?: string;
}

type Exception = Partial<Pick<DocumentedCommand, "exits" | "skipped">>;

const block = /^([ \t]*)```(sh|console)\n([\s\S]*?)^\1```$/gm;
const mark = /<!-- (?:run(, but\n([\s\S]*?)\n)?|not run: ([^\n]+?)) ?-->\n$/;
const pageMark = /^<!-- not run on this page: (.+) -->$/m;
const exception = /^(.+?): (?:not run: (\S.*)|exit (\d+(?: or \d+)*): \S.*)$/;

/** @returns the commands in order, and what is wrong with the marks, as findings */
export function commandsOf(page: string, markdown: string): { commands: DocumentedCommand[]; problems: string[] } {
  const commands: DocumentedCommand[] = [];
  const problems: string[] = [];
  const skippedPage = pageMark.exec(markdown)?.[1];
  for (const { 0: whole, 2: kind, 3: body = "", index } of markdown.matchAll(block)) {
    const first = markdown.slice(0, index).split("\n").length;
    const report = (what: string, fix: string) => problems.push(`${page}:${first}: ${what}. Fix: ${fix}`);
    const found =
      markAbove(markdown.slice(0, index)) ?? (skippedPage && { skipped: skippedPage, exceptions: new Map() });
    if (!found) {
      report(
        `the block has no mark: ${whole.split("\n")[1]}`,
        "write `<!-- run -->` or `<!-- not run: REASON -->` on the line above",
      );
      continue;
    }
    const inBlock = linesOf(body, kind === "console").map(({ line, text }) => ({ line: first + line, text }));
    for (const { line, text } of inBlock) {
      const { exits = [0], skipped = found.skipped } = found.exceptions.get(text) ?? {};
      commands.push({ page, line, text, exits, ...(skipped !== undefined && { skipped }) });
    }
    for (const text of found.exceptions.keys())
      if (!inBlock.some((each) => each.text === text))
        report(`the mark names \`${text}\`, which is no command of the block`, "copy the command as it stands there");
  }
  return { commands, problems };
}

function markAbove(text: string): { skipped: string | undefined; exceptions: Map<string, Exception> } | undefined {
  const [found, , lines, skipped] = mark.exec(text) ?? [];
  if (found === undefined) return undefined;
  const exceptions = (lines ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): [string, Exception] => {
      const [, command, reason, exits = ""] = exception.exec(line) ?? [];
      // A line that is no exception is the name of no command either, and so a finding.
      if (command === undefined) return [line, {}];
      return [command, reason === undefined ? { exits: exits.split(" or ").map(Number) } : { skipped: reason }];
    });
  return { skipped, exceptions: new Map(exceptions) };
}

/** Commands with the number of their first line in the block, from 1. Of a console, what stands after the prompt. */
function linesOf(body: string, prompt: boolean): { line: number; text: string }[] {
  const all: { line: number; text: string }[] = [];
  let open = false;
  for (const [index, whole] of body.split("\n").entries()) {
    const text = (prompt ? (/^\$ (.*)/.exec(whole)?.[1] ?? "") : whole).replace(/(?:^|\s+)#\s.*$/, "").trim();
    const last = all.at(-1);
    if (open && last) last.text += ` ${text.replace(/\s*\\$/, "")}`;
    else if (text !== "") all.push({ line: index + 1, text: text.replace(/\s*\\$/, "") });
    open = text.endsWith("\\");
  }
  return all;
}

/**
 * A bash script that runs commands one after the other in one shell, as a reader does, and shows each with its exit code and time.
 * It exits with 1 if an exit code was not the expected one, and names those commands at its end.
 */
export function script(commands: readonly DocumentedCommand[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const run = commands.filter(({ skipped }) => skipped === undefined);
  const steps = run.map(
    ({ page, line, text, exits }) => `step ${quote(`${page}:${line}`)} ${quote(exits.join(" "))} ${quote(text)}`,
  );
  return `wrong=()
step() {
  echo "--- $1: $3"
  SECONDS=0
  eval "$3" </dev/null
  set -- "$@" $?
  echo "--- exit code $4 after $SECONDS s"
  [[ " $2 " == *" $4 "* ]] || wrong+=("$1: exit code $4, expected \${2// / or }: $3")
}
${steps.join("\n")}
echo "--- ${run.length} commands were run, ${commands.length - run.length} were not: a comment in their page says why"
[ "\${#wrong[@]}" -eq 0 ] || { printf '%s\\n' "\${wrong[@]}"; exit 1; }
`;
}

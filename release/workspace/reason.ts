/** The lines of a failed engine run that say why, without the rest of its report. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n");
  const reasons = lines.flatMap((line, index) => {
    if (!isReason(line.trim())) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((next) => !continues(line, next));
    const more = rest.slice(0, end < 0 ? rest.length : end).map((next) => `  ${next.trim()}`);
    const first = line.trim().replace(/^.*?(error: (Unhandled exception: \w*Error: )?|\w*Error: )/, "");
    return [[first, ...more, ...placeOf(line, rest.slice(more.length))].join("\n")];
  });
  // The engine says the same more than once, once with less of it.
  const whole = [...new Set(reasons)].filter((one) => !reasons.some((other) => other !== one && other.startsWith(one)));
  return (whole.length > 0 ? whole : lines.slice(0, 20).map((line) => line.trim())).join("\n");
}

function isReason(line: string): boolean {
  return (
    /(^|\s)error: |^(\w*Error): /.test(line) &&
    !/error: (update|preview|destroy|refresh) failed|failed with an unhandled exception|^CommandError: /.test(line)
  );
}

/**
 * Whether a line continues a reason. Lines further in do. Among the diagnostics, where a reason begins its line, so do
 * those as far in, up to an empty line or the next message; in the progress before them each line is of its own.
 */
function continues(line: string, next: string): boolean {
  const text = next.trim();
  if (text === "" || /^at /.test(text) || isReason(text)) return false;
  if (indent(next) > indent(line)) return true;
  return indent(next) === indent(line) && /^\s+error: /.test(line) && !/^(error|warning|info): /.test(text);
}

/** Where the project's program threw, unless it refused on purpose: a RunError has its place in its text. */
function placeOf(line: string, rest: readonly string[]): string[] {
  if (!/^\w*Error: /.test(line.trim()) || /^RunError: /.test(line.trim())) return [];
  const stack = rest.slice(
    0,
    Math.max(
      rest.findIndex((next) => !/^\s*at /.test(next)),
      0,
    ) || rest.length,
  );
  const place = stack.find((next) => /^\s*at /.test(next) && !/node_modules|node:/.test(next));
  return place === undefined ? [] : [`  ${place.trim()}`];
}

/** A reason of several lines has the others further in. */
function indent(line: string): number {
  return line.length - line.trimStart().length;
}

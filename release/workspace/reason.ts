/** The lines of a failed engine run that say why, without the rest of its report. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n");
  const reasons = lines.flatMap((line, index) => {
    if (!isReason(line.trim())) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((next) => indent(next) <= indent(line) || /^\s*at /.test(next));
    const more = rest.slice(0, end < 0 ? 0 : end).map((next) => `  ${next.trim()}`);
    return [[line.trim().replace(/^.*?(error|\w*Error): /, ""), ...more].join("\n")];
  });
  // The engine says the same more than once, once with less of it.
  const whole = [...new Set(reasons)].filter((one) => !reasons.some((other) => other !== one && other.startsWith(one)));
  return (whole.length > 0 ? whole : lines.slice(0, 20).map((line) => line.trim())).join("\n");
}

function isReason(line: string): boolean {
  return (
    /(^|\s)error: |^(\w*Error): /.test(line) &&
    !/error: (update|preview) failed|failed with an unhandled exception|^CommandError: /.test(line)
  );
}

/** A reason of several lines has the others further in. */
function indent(line: string): number {
  return line.length - line.trimStart().length;
}

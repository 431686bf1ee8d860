import { writeFileSync } from "node:fs";

/** What every command with a result has. */
export interface Output {
  json?: string;
}

/** A result, on stdout. */
export const say = (line: string) => void process.stdout.write(`${line}\n`);
/** What happens meanwhile, on stderr. */
export const progress = (line: string) => void process.stderr.write(`${line}\n`);

/** Writes the result where it was asked for, and sets the exit code. */
export function finish(good: boolean, result: unknown, file: string | undefined): void {
  if (file) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  if (!good) process.exitCode = 1;
}

import { appendFileSync, writeFileSync } from "node:fs";

/** Where a part of the twin says what it does; the caller decides whether anyone reads it. */
export type Log = (message: string, details?: Record<string, unknown>) => void;

/** One line of JSON an entry; the file is emptied at each start, so that it stays small. */
export function logTo(file: string): Log {
  writeFileSync(file, "");
  return (message, details) =>
    appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), message, ...details })}\n`);
}

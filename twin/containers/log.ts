import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

const largestBytes = 1_000_000;

/**
 * The output of one container in a file: the last one to two megabytes of it, the older half under `.1`. Each line begins
 * with when it came, in milliseconds since 1970.
 */
export class LogFile {
  readonly #file: string;
  #size: number;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  append(line: string): void {
    if (this.#size > largestBytes) {
      renameSync(this.#file, `${this.#file}.1`);
      this.#size = 0;
    }
    const entry = `${Date.now()} ${line}\n`;
    appendFileSync(this.#file, entry);
    this.#size += Buffer.byteLength(entry);
  }
}

export interface LogLine {
  /** Milliseconds since 1970. */
  at: number;
  text: string;
}

/** All lines of a log that are still there; none when nothing was ever written. */
export function readLog(file: string): LogLine[] {
  const read = (name: string) => (statSync(name, { throwIfNoEntry: false }) ? readFileSync(name, "utf8") : "");
  const lines = (read(`${file}.1`) + read(file)).split("\n").slice(0, -1);
  return lines.map((line) => {
    const space = line.indexOf(" ");
    return { at: Number(line.slice(0, space)), text: line.slice(space + 1) };
  });
}

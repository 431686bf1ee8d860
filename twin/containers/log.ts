import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

const largestBytes = 1_000_000;

/** The output of one container in a file: the last one to two megabytes of it, the older half under `.1`. */
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
    appendFileSync(this.#file, `${line}\n`);
    this.#size += Buffer.byteLength(line) + 1;
  }
}

/** The last lines of a log; none when nothing was ever written. */
export function tail(file: string, lines: number): string[] {
  const read = (name: string) => (statSync(name, { throwIfNoEntry: false }) ? readFileSync(name, "utf8") : "");
  return (read(`${file}.1`) + read(file)).split("\n").slice(0, -1).slice(-lines);
}

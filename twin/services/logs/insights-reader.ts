/** The words of a Logs Insights query, one after the other, without effects. */
import { AwsError } from "../../core/errors.ts";

const token =
  /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]+`|\/(?:[^/\\]|\\.)+\/i?|-?\d+(?:\.\d+)?|@?[A-Za-z_][\w.@]*|[<>!]=|=~|[=<>(),|*[\]]|#.*|\S)/gy;

/** @throws AwsError that names the first word that is not modelled */
export class Reader {
  readonly #tokens: string[];
  readonly #query: string;
  #position = 0;

  constructor(query: string) {
    this.#query = query;
    this.#tokens = [...query.matchAll(token)].map(([, one = ""]) => one).filter((one) => !one.startsWith("#"));
  }

  get done(): boolean {
    return this.#position >= this.#tokens.length;
  }

  skip(word: string): boolean {
    if (this.#tokens[this.#position]?.toLowerCase() !== word) return false;
    this.#position += 1;
    return true;
  }

  expect(word: string): void {
    if (!this.skip(word)) this.refuse();
  }

  take(form: RegExp): string {
    const next = this.#tokens[this.#position] ?? "";
    if (!form.test(next)) this.refuse();
    this.#position += 1;
    return next;
  }

  /** Values between commas. */
  list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.skip(",")) all.push(one());
    return all;
  }

  /** What `read` finds between brackets. */
  inBrackets<T>(read: () => T): T {
    this.expect("(");
    const found = read();
    this.expect(")");
    return found;
  }

  refuse(): never {
    const next = this.#tokens[this.#position] ?? "the end";
    throw new AwsError("InvalidParameterException", `${next} of the query ${this.#query} is not modelled`);
  }
}

const name = /^(`|@?[A-Za-z_])/;
const literal = /^(["']|-?\d)/;

/** The name of a field. */
export const field = (reader: Reader): string => reader.take(name).replaceAll("`", "");

/** A text or a number. */
export function value(reader: Reader): string | number {
  const text = reader.take(literal);
  return /^["']/.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/g, "$1") : Number(text);
}

/** As numbers where both are, else as texts; what is missing comes first. */
export function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  const [one, other] = [Number(a), Number(b)];
  if (String(a).trim() && String(b).trim() && !Number.isNaN(one - other)) return one - other;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

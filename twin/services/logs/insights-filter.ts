/** The conditions of a Logs Insights query's `filter` (CWL_QuerySyntax-Filter.html), without effects. */
import { compare, field, type Reader, value } from "./insights-reader.ts";
import { comparisons } from "./json-pattern.ts";

/** What a query reads: the fields that AWS makes begin with `@`, those of a JSON message have dots in their paths. */
export type Row = Record<string, unknown>;

export type Test = (row: Row) => boolean;

/** What follows `filter`. */
export function anyOf(reader: Reader): Test {
  const tests = [allOf(reader)];
  while (reader.skip("or")) tests.push(allOf(reader));
  return (row) => tests.some((test) => test(row));
}

function allOf(reader: Reader): Test {
  const tests = [condition(reader)];
  while (reader.skip("and")) tests.push(condition(reader));
  return (row) => tests.every((test) => test(row));
}

function condition(reader: Reader): Test {
  if (reader.skip("not")) {
    const test = condition(reader);
    return (row) => !test(row);
  }
  if (reader.skip("(")) {
    const test = anyOf(reader);
    reader.expect(")");
    return test;
  }
  if (reader.skip("ispresent")) {
    const one = reader.inBrackets(() => field(reader));
    return (row) => row[one] !== undefined;
  }
  const one = field(reader);
  if (reader.skip("not")) {
    const test = matching(reader, one);
    return (row) => !test(row);
  }
  return matching(reader, one);
}

/** A comparison of a field; one that the event lacks matches `!=` alone. */
function matching(reader: Reader, one: string): Test {
  if (reader.skip("in")) {
    reader.expect("[");
    const values = reader.list(() => value(reader));
    reader.expect("]");
    return (row) => row[one] !== undefined && values.some((wanted) => compare(row[one], wanted) === 0);
  }
  if (reader.skip("like") || reader.skip("=~")) {
    const wanted = reader.take(/^["'/]/);
    const pattern = wanted.startsWith("/")
      ? expression(wanted, reader)
      : { test: (text: string) => text.includes(wanted.slice(1, -1)) };
    return (row) => row[one] !== undefined && pattern.test(String(row[one]));
  }
  const sign = reader.take(/^([=<>]|[<>!]=)$/);
  const wanted = value(reader);
  return (row) => (row[one] === undefined ? sign === "!=" : !!comparisons[sign]?.(compare(row[one], wanted)));
}

function expression(wanted: string, reader: Reader): RegExp {
  try {
    return new RegExp(wanted.slice(1, wanted.lastIndexOf("/")), wanted.endsWith("i") ? "i" : "");
  } catch {
    return reader.refuse();
  }
}

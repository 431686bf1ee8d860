import fc from "fast-check";
import { compare } from "../../../../release/plan/compare.ts";
import type { Resource } from "../../../../release/plan/graph.ts";

/** The differences of two queues, one in each stack, with these values of a property. */
function differences(ofStaging: unknown, ofProduction: unknown) {
  const graph = (stack: string, value: unknown): Resource[] =>
    [
      { type: "pulumi:pulumi:Stack", name: `order-queue-${stack}`, inputs: {} },
      { type: "aws:sqs/queue:Queue", name: "orders", inputs: { value } },
    ].map((one) => ({
      ...{ ...one, urn: `urn:pulumi:${stack}::order-queue::${one.type}::${one.name}` },
      ...{ parent: "", outputs: {}, id: "", protect: false },
    }));
  return compare(graph("staging", ofStaging), graph("prod-eu", ofProduction), "prod-eu", []).differences;
}

const MARK = "the value that differs";
const key = fc.constantFrom("name", "a", "b", "1");
const { value } = fc.letrec((tie) => ({
  plain: fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom("a", "1", "a b", "", null)),
  object: fc.dictionary(key, tie("value"), { minKeys: 1, maxKeys: 3 }),
  named: fc.record({ name: fc.constantFrom("a", "1"), a: tie("value") }),
  value: fc.oneof(
    { maxDepth: 4 },
    tie("plain"),
    tie("object"),
    fc.array(fc.oneof(tie("object"), tie("named")), { minLength: 1, maxLength: 3 }),
  ),
}));

/** The value with the mark in place of one of its plain values. */
function marked(whole: unknown, random: number): unknown {
  if (whole === null || typeof whole !== "object") return MARK;
  const entries = Object.entries(whole);
  const at = random % entries.length;
  const [name, inner] = entries[at] ?? ["name", null];
  const changed = marked(inner, Math.floor(random / 7));
  return Array.isArray(whole) ? whole.with(at, changed) : { ...whole, [name]: changed };
}

test("two stacks with the same value do not differ, whatever its form", () => {
  fc.assert(fc.property(value, (one) => differences(one, one).length === 0));
});

test("a plain value that differs is found, however deep, and whatever is beside it", () => {
  fc.assert(
    fc.property(value, fc.nat(), (one, random) => {
      const found = differences(one, marked(one, random));
      return found.some(({ here }) => here === MARK);
    }),
    { numRuns: 500 },
  );
});

import fc from "fast-check";
import { matches, matchesResource } from "../../../../release/plan/glob.ts";

test.each([
  ["a.*", "a.b", true],
  ["a.*", "a.", true],
  ["a.*", "a.b.c", false],
  ["a.*", "a.b[0]", false],
  ["a[*]", "a[0]", true],
  ["a[*]", "a[0][1]", false],
  ["a[*].b", "a[0].b", true],
  ["*a", "b.a", false],
  ["a.**", "a.b[0].c", true],
  ["**.c", "a.b.c", true],
  ["a**c.*", "a[0].c.d", true],
  ["a**c.*", "a[0].c.d.e", false],
])("the pattern %s on %s: %s", (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test("a pattern without a star matches itself alone, whatever signs it has", () => {
  const text = fc.string({ unit: fc.constantFrom(..."a.+?^{$}()|[]\\") });
  fc.assert(fc.property(text, text, (one, other) => matches(one, one) && matches(one, other) === (one === other)));
});

test("a resource matches by type and logical name; a pattern without a name has every name", () => {
  const queue = { type: "aws:sqs/queue:Queue", name: "{stack}-orders" };
  const of = (pattern: string) => matchesResource(pattern, queue);
  expect(["aws:sqs/queue:Queue {stack}-*", "aws:sqs/*", "aws:sqs/* *-orders"].map(of)).toEqual([true, true, true]);
  expect(["aws:sqs/queue:Queue {stack}", "aws:ecr/*", "aws:ecr/* {stack}-orders"].map(of)).toEqual([
    ...[false, false, false],
  ]);
});

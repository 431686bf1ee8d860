import { jsonPattern } from "../../../../../twin/services/logs/json-pattern.ts";

const line = JSON.stringify({
  ...{ level: "error", status: 500, ready: true, cause: null },
  order: { id: "A-1", lines: [{ sku: "x" }] },
});

it.each([
  '{ $.level = "error" }',
  "{ $.level = error }",
  '{ $.level = "err*" }',
  '{ $.level != "info" }',
  "{ $.status >= 500 }",
  "{ $.status = 500 && $.ready IS TRUE }",
  '{ ($.level = "info" || $.status < 600) && $.order.id = "A-1" }',
  '{ $.order.lines[0].sku = "x" }',
  "{ $.cause IS NULL }",
  "{ $.missing NOT EXISTS }",
])("%s matches", (pattern) => {
  expect(jsonPattern(pattern)(line)).toBe(true);
});

it.each([
  '{ $.level = "info" }',
  "{ $.status > 500 }",
  "{ $.level > 1 }",
  "{ $.order NOT EXISTS }",
  '{ $.none = "x" }',
])("%s does not match", (pattern) => {
  expect(jsonPattern(pattern)(line)).toBe(false);
});

it("a line that is no JSON matches nothing", () => {
  expect(jsonPattern("{ $.missing NOT EXISTS }")("listening")).toBe(false);
});

it.each(["{ }", '{ level = "error" }', "{ $.a = %x% }", "{ $.a EXISTS }", '{ $.a = "b" $.c = "d" }', '{ $.a = "b"'])(
  "%s is refused",
  (pattern) => {
    expect(() => jsonPattern(pattern)).toThrow(`Invalid filter pattern, or one that is not modelled: ${pattern}`);
  },
);

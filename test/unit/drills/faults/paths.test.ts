import { alter, PathError, parsePath, valuesAt } from "../../../../drills/faults/paths.ts";
import { UNKNOWN } from "../../../../twin/pulumi/values.ts";

const containers = JSON.stringify([
  { name: "ingest", environment: [{ name: "PORT", value: "8080" }] },
  { name: "beside", essential: false },
]);
const policy = JSON.stringify({ Statement: [{ Sid: "Read", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage"] }] });
const put = (value: unknown) => () => value;

test.each<[string, object, string, unknown, object]>([
  ["a property", { retention: 30 }, "retention", 90, { retention: 90 }],
  ["a property that is not there", { a: { b: 1 } }, "a.c.d", 2, { a: { b: 1, c: { d: 2 } } }],
  ["an item by place", { list: ["a", "b"] }, "list[1]", "c", { list: ["a", "c"] }],
  ["every item", { list: [{ n: 1 }, { n: 2 }] }, "list[*].n", 3, { list: [{ n: 3 }, { n: 3 }] }],
  ["a new item", { list: ["a"] }, "list[+]", "b", { list: ["a", "b"] }],
  ["a new item of a list that is not there", {}, "list[+]", "b", { list: ["b"] }],
  [
    "a quoted key",
    { c: { "aws:SourceAccount": "1" } },
    'c["aws:SourceAccount"]',
    "2",
    { c: { "aws:SourceAccount": "2" } },
  ],
  ["a number in JSON text", { text: '{"count":5}' }, "text.count", 1, { text: '{"count":1}' }],
  [
    "JSON text in JSON text",
    { text: '{"inner":"{\\"a\\":1}"}' },
    "text.inner.a",
    2,
    { text: '{"inner":"{\\"a\\":2}"}' },
  ],
])("%s is set", (_name, before, path, value, after) => {
  expect(alter(before, path, put(value))).toEqual({
    value: after,
    hits: 1 + Number(path.includes("*")),
    unknown: false,
  });
});

test("a container's variable is found by names, and made where it is missing", () => {
  const set = (path: string) =>
    JSON.parse((alter({ definitions: containers }, path, put("1")).value as { definitions: string }).definitions);
  expect(set("definitions[ingest].environment[PORT].value")[0].environment).toEqual([{ name: "PORT", value: "1" }]);
  expect(set("definitions[ingest].environment[LOG].value")[0].environment).toEqual([
    { name: "PORT", value: "8080" },
    { name: "LOG", value: "1" },
  ]);
});

test("a statement goes by its Sid, an action by itself", () => {
  const remove = (path: string) =>
    JSON.parse((alter({ policy }, path, put(undefined)).value as { policy: string }).policy);
  expect(remove("policy.Statement[Read]")).toEqual({ Statement: [] });
  expect(remove("policy.Statement[*].Action[sqs:DeleteMessage]")).toEqual({
    Statement: [{ Sid: "Read", Action: ["sqs:ReceiveMessage"] }],
  });
});

test("what leads nowhere changes nothing, and text that is no JSON stays as it is", () => {
  const before = { name: "orders", list: ["a"] };
  for (const path of ["name.length", "list[5]", "list[nobody]", "nothing"])
    expect(alter(before, path, put(undefined))).toEqual({ value: before, hits: 0, unknown: false });
});

test("a value that is known only in the update is said to be unknown", () => {
  expect(alter({ definitions: UNKNOWN }, "definitions[ingest].image", put("x"))).toEqual({
    value: { definitions: UNKNOWN },
    hits: 0,
    unknown: true,
  });
});

test("a secret keeps its mark", () => {
  const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  expect(alter({ text: { ...mark, value: '{"a":1}' } }, "text.a", put(2)).value).toEqual({
    text: { ...mark, value: '{"a":2}' },
  });
});

test("every value at a path is read", () => {
  expect(valuesAt({ policy }, "policy.Statement[*].Action[*]")).toEqual({
    values: ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
    unknown: false,
  });
});

test.each(["", "a..b", ".a", "a[", "a[0", "a b]"])("%j is refused as a path", (path) => {
  expect(() => parsePath(path)).toThrow(PathError);
});

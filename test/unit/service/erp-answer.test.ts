import { type Answer, type SuccessRule, verdictOf } from "../../../service/erp-answer.ts";

const answer = (status: number, more: Partial<Answer> = {}): Answer => ({
  ...{ status, location: undefined, asksToWait: false, text: "", ...more },
});

test.each([
  [200, undefined, undefined],
  [204, undefined, undefined],
  [302, "erp", false],
  [400, "order", false],
  [401, "erp", false],
  [403, "erp", false],
  [404, "order", false],
  [408, "erp", true],
  [409, "either", true],
  [422, "order", false],
  [425, "erp", true],
  [429, "erp", true],
  [500, "either", true],
  [503, "either", true],
])("status %i: the fault is in %s, again: %s", (status, fault, again) => {
  const verdict = verdictOf(answer(status), {});
  expect([verdict?.fault, verdict?.again]).toEqual([fault, again]);
});

test("busy is 429, 503 with a Retry-After, and what the store's settings name", () => {
  const isBusy = (status: number, asksToWait = false, retryStatuses: number[] = []) =>
    verdictOf(answer(status, { asksToWait }), { retryStatuses })?.busy;
  expect([isBusy(429), isBusy(503, true), isBusy(403, false, [403])]).toEqual([true, true, true]);
  expect([isBusy(503), isBusy(500, true), isBusy(403)]).toEqual([false, false, false]);
});

describe("a success rule", () => {
  const hasOrder = (success: SuccessRule, text: string | undefined) =>
    verdictOf(answer(200, { text }), { success }) === undefined;

  test.each([
    ["/ok", true, '{"ok":true}', true],
    ["/ok", true, '{"ok":"true"}', false],
    ["/ok", true, '{"error":"known already"}', false],
    ["/result/0/code", 0, '{"result":[{"code":0}]}', true],
    ["/result/1/code", 0, '{"result":[{"code":0}]}', false],
    ["/a~1b/c~0d", "x", '{"a/b":{"c~d":"x"}}', true],
    ["", "done", '"done"', true],
    ["/ok", true, "<html>", false],
    ["/ok", true, "null", false],
    ["/constructor/name", "Object", "{}", false],
  ])("pointer %s equal to %p, body %s: %s", (pointer, equals, text, has) => {
    expect(hasOrder({ pointer, equals }, text)).toBe(has);
  });

  test("may be a pattern", () => {
    expect(hasOrder({ pattern: "^OK\\b" }, "OK 17")).toBe(true);
    expect(hasOrder({ pattern: "^OK\\b" }, "ERROR: not OK")).toBe(false);
  });

  test("is not met by a body that is too long or does not end", () => {
    expect(hasOrder({ pattern: "." }, undefined)).toBe(false);
  });
});

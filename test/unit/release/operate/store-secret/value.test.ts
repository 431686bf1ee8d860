import { addKey, readValue, retireKey, type Value } from "../../../../../release/operate/store-secret/value.ts";

const again = "npx order-queue store-secret acme --stack prod-au";
const signing = /^whsec_[A-Za-z0-9+/]{43}=$/;

test("the first key makes a value, the second stands before it, and a third is refused until one is retired", () => {
  const first = addKey(undefined, "signing", again);
  expect(first).toEqual({
    what: "create",
    kind: "signing",
    key: expect.stringMatching(signing),
    value: { signing: [first.key], bearer: [] },
  });
  const second = addKey(first.value, "signing", again);
  expect(second).toMatchObject({ what: "add", value: { signing: [second.key, first.key], bearer: [] } });
  expect(second.key).not.toBe(first.key);
  expect(() => addKey(second.value, "signing", again)).toThrow(
    "two signing keys are valid already, and the store may use the older one. " +
      "Fix: npx order-queue store-secret acme --stack prod-au --retire --yes, once the store uses the newer one",
  );
  expect(retireKey(second.value, "signing", again).value).toEqual({ signing: [second.key], bearer: [] });
});

test("a bearer key comes beside the signing keys, and may be the last to go or the first", () => {
  const both = addKey({ signing: ["whsec_1"], bearer: [] }, "bearer", again);
  expect(both.value).toEqual({ signing: ["whsec_1"], bearer: [expect.stringMatching(/^[\w-]{43}$/)] });
  expect(retireKey(both.value, "bearer", again).value).toEqual({ signing: ["whsec_1"], bearer: [] });
  expect(retireKey(both.value, "signing", again).value).toEqual({ signing: [], bearer: [both.key] });
});

test.each<[string, Value | undefined, string]>([
  ["of a secret that is not there", undefined, "0 signing keys are valid"],
  ["of another kind", { signing: [], bearer: ["b"] }, "0 signing keys are valid"],
  ["that is the last one", { signing: ["whsec_1"], bearer: [] }, "1 signing key is valid"],
])("a key %s is not retired", (_what, value, why) => {
  expect(() => retireKey(value, "signing", again)).toThrow(
    `${why}; expected another key that stays. Fix: npx order-queue store-secret acme --stack prod-au --yes, which adds one`,
  );
});

test.each(["hunter2", '{"signing": "hunter2"}', '{"password": "hunter2"}'])(
  "a value that is none is not shown: %s",
  (text) => {
    expect(() => readValue(text, "order-queue/prod-au/acme/inbound")).toThrow(
      "order-queue/prod-au/acme/inbound: its value is not that of a store's secret; expected " +
        '{"signing": ["whsec_…"], "bearer": ["…"]}. Fix: aws secretsmanager put-secret-value --secret-id order-queue/prod-au/acme/inbound',
    );
  },
);

import {
  changeInputs,
  changeSettings,
  concerns,
  type Lookup,
  type Registration,
  references,
  renamed,
  selects,
} from "../../../../drills/faults/mutate.ts";

const place = {
  stack: "prod-au",
  role: "production",
  region: "ap-southeast-2",
  account: "123456789012",
  domain: "au.orderhub.example",
} as const;
const listener: Registration = {
  type: "aws:lb/listener:Listener",
  name: "prod-au-https",
  inputs: { port: 443, certificateArn: "arn:old", loadBalancerArn: "arn:front" },
  inputDependencies: { certificateArn: ["urn:validation"], loadBalancerArn: ["urn:front"] },
  dependsOn: ["urn:gateway"],
};
const nothing: Lookup = () => {
  throw new Error("nothing is referred to");
};

test.each([
  [undefined, true],
  [["prod-au"], true],
  [["production"], true],
  [["staging", "prod-eu"], false],
])("a part about %j concerns prod-au: %j", (stacks, expected) => {
  expect(concerns(stacks, place)).toBe(expected);
});

test.each([
  ["by type", { type: listener.type }, true],
  ["by a type's beginning", { type: "aws:lb/*" }, true],
  ["by another type", { type: "aws:lb/listenerRule:ListenerRule" }, false],
  ["by name", { type: "*", name: "^{stack}-https$" }, true],
  ["by another name", { type: "*", name: "-http$" }, false],
  ["by an input", { type: "*", where: { port: 443 } }, true],
  ["by an input that matches", { type: "*", where: { certificateArn: { matches: "^arn:" } } }, true],
  ["by an input that differs", { type: "*", where: { port: 443, certificateArn: "arn:new" } }, false],
])("a resource is selected %s", (_name, selection, expected) => {
  expect(selects(selection, listener, place)).toBe(expected);
});

test("an input that is not known yet decides nothing", () => {
  const inputs = { policy: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
  expect(selects({ type: "*", where: { "policy.Version": "x" } }, { ...listener, inputs }, place)).toBe("unknown");
});

test("a value put in place of a reference takes the dependency with it, others stay", () => {
  const { registration, hits } = changeInputs(listener, { set: { certificateArn: "arn:{account}" } }, place, nothing);
  expect(hits).toBe(1);
  expect(registration).toEqual({
    ...listener,
    inputs: { ...listener.inputs, certificateArn: "arn:123456789012" },
    inputDependencies: { certificateArn: [], loadBalancerArn: ["urn:front"] },
  });
});

test("a reference brings its resource as a dependency, also where the value is the same", () => {
  const set = { certificateArn: { $output: { type: "aws:acm/certificate:Certificate", path: "arn" } } };
  expect(references(set)).toEqual([{ type: "aws:acm/certificate:Certificate", path: "arn" }]);
  const { registration, hits } = changeInputs(listener, { set }, place, () => ({
    value: "arn:old",
    urn: "urn:certificate",
  }));
  expect(hits).toBe(1);
  expect(registration.inputs).toEqual(listener.inputs);
  expect(registration.inputDependencies.certificateArn).toEqual(["urn:certificate"]);
});

test("inputs are removed and swapped", () => {
  const change = { remove: ["port"], swap: [["certificateArn", "loadBalancerArn"]] as [string, string][] };
  const { registration, hits } = changeInputs(listener, change, place, nothing);
  expect(hits).toBe(3);
  expect(registration.inputs).toEqual({ certificateArn: "arn:front", loadBalancerArn: "arn:old" });
});

test("$json makes text of what it holds", () => {
  const set = { pattern: { $json: { account: ["{account}"] } } };
  expect(changeInputs(listener, { set }, place, nothing).registration.inputs.pattern).toBe(
    '{"account":["123456789012"]}',
  );
});

test("what names nothing is no change", () => {
  expect(changeInputs(listener, { remove: ["sslPolicy"], set: { port: 443 } }, place, nothing)).toEqual({
    registration: listener,
    hits: 0,
    unknown: false,
  });
});

test.each([
  [{ rename: "{stack}-tls" }, "prod-au-tls"],
  [{ name: "^(.*)-https$", rename: "$1-secure" }, "prod-au-secure"],
  [{ drop: true as const }, "prod-au-https"],
])("%j makes prod-au-https %s", (change, expected) => {
  expect(renamed("prod-au-https", { type: "*", ...change }, place)).toBe(expected);
});

test("settings are changed below order-queue: alone, lists and objects as the engine hands them over", () => {
  const config = { "order-queue:domain": "au.orderhub.example", "order-queue:ingest": '{"max":4}', "pulumi:tags": "x" };
  const change = {
    set: { "ingest.max": 6, domain: "eu.orderhub.example", "stores[+]": { name: "acme" } },
    remove: ["zones"],
  };
  expect(changeSettings(config, change, place)).toEqual({
    "pulumi:tags": "x",
    "order-queue:domain": "eu.orderhub.example",
    "order-queue:ingest": '{"max":6}',
    "order-queue:stores": '[{"name":"acme"}]',
  });
});

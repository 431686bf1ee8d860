import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { deletedBy, deployedGraph, isChange, planOf, type Step } from "../../../../release/plan/graph.ts";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: "the key" };

test("the graph of a deployed stack has no secret in it, however deep, and nothing that waits for its deletion", () => {
  const urn = "urn:pulumi:staging::order-queue::aws:secretsmanager/secretVersion:SecretVersion::staging-ingest-tls";
  const state = {
    urn,
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    id: "version",
    parent: "",
    inputs: { secretId: "arn", secretString: secret, list: [{ inner: secret }], none: null },
    outputs: { secretString: secret },
  };
  const graph = deployedGraph({ resources: [state, { ...state, delete: true }] });
  expect(graph).toEqual([
    {
      urn,
      type: state.type,
      name: "staging-ingest-tls",
      parent: "",
      id: "version",
      protect: false,
      inputs: { secretId: "arn", secretString: "[secret]", list: [{ inner: "[secret]" }], none: null },
      outputs: { secretString: "[secret]" },
    },
  ]);
});

test("a resource that a deployed state says nothing of has no parent and no inputs; its URN stands for a name", () => {
  const bare = { type: "pulumi:pulumi:Stack", parent: "", inputs: {}, outputs: {}, id: "", protect: false };
  const known = { ...bare, id: "0", outputs: { a: 1 }, protect: true };
  const { type, id, outputs, protect } = known;
  expect(
    deployedGraph({
      resources: [
        { urn: "x::y", type },
        { urn: "z", type, id, outputs, protect },
      ],
    }),
  ).toEqual([
    { ...bare, urn: "x::y", name: "y" },
    { ...known, urn: "z", name: "z" },
  ]);
  expect(deployedGraph({})).toEqual([]);
});

const type = "aws:sqs/queue:Queue";
const urn = `urn:pulumi:prod-au::order-queue::${type}::prod-au-orders`;
type State = { inputs?: object; outputs?: object | undefined; id?: string; protect?: boolean };
const state = (more: State = {}) => ({ urn, type, parent: "the region", inputs: {}, outputs: {}, id: "", ...more });
/** Without keys, the engine sends an empty list (pulumi pkg/backend/display/events.go, convertStepEventMetadata). */
const event = (op: string, metadata: object = {}) =>
  ({ resourcePreEvent: { metadata: { op, urn, type, keys: [], ...metadata } } }) as unknown as EngineEvent;

const step = { op: "create", urn, type, name: "prod-au-orders", replacedBy: [], changed: [] };
const resource = {
  ...{ urn, type, name: "prod-au-orders", parent: "the region" },
  ...{ inputs: {}, outputs: {}, id: "", protect: false },
};
const [before, after] = [
  { inputs: { delaySeconds: 0 }, outputs: { arn: "old" }, id: "old" },
  { inputs: { delaySeconds: 5 }, outputs: { arn: "new" }, id: "new" },
];

describe("the plan in the engine's events", () => {
  test("of a create has the resource and a step; events of anything else are none", () => {
    const protectedOne = { new: state({ ...after, outputs: undefined, protect: true }) };
    expect(planOf([{ sequence: 1, timestamp: 0 }, event("create", protectedOne)])).toEqual({
      ...{ resources: [{ ...resource, ...after, outputs: {}, protect: true }], steps: [step] },
      ...{ gone: [], replaced: [], updated: [] },
    });
  });

  test("of an update has what is planned, and what is only known from before", () => {
    const plans = [{ inputs: after.inputs }, after].map((next) =>
      planOf([event("update", { old: state(before), new: state(next) })]),
    );
    expect(plans.map(({ resources }) => resources)).toEqual([
      [{ ...resource, ...before, inputs: after.inputs }],
      [{ ...resource, ...after }],
    ]);
    expect(plans.flatMap(({ gone, replaced }) => [...gone, ...replaced])).toEqual([]);
  });

  test("names what changes by the detailed difference, else by the plain one", () => {
    const changed = (metadata: object) =>
      planOf([event("update", { old: state(), new: state(), ...metadata })]).steps.map((one) => one.changed);
    expect(changed({ diffs: ["tags"], detailedDiff: { "tags.owner": {} } })).toEqual([["tags.owner"]]);
    expect(changed({ diffs: ["tags"], detailedDiff: {} })).toEqual([["tags"]]);
    expect(changed({ diffs: ["tags"], keys: ["tags"] })).toEqual([["tags"]]);
    expect(planOf([event("update", { keys: ["tags"], new: state() })]).steps).toEqual([{ ...step, op: "update" }]);
  });

  const replacement = { old: state(before), new: state(after), keys: ["name"], diffs: ["name"] };
  const [create, replace] = [event("create-replacement", replacement), event("replace", replacement)];
  const gone = event("delete-replaced", { old: state(before) });
  const withoutKeys = event("replace", { old: state(before), new: state(after) });

  test.each([
    ["creates first", [create, replace, gone]],
    ["deletes first", [gone, replace, create]],
  ])("of a replacement that %s is one step, with the resource before and after", (_, events) => {
    expect(planOf(events)).toEqual({
      resources: [{ ...resource, ...after }],
      replaced: [{ ...resource, ...before }],
      steps: [{ ...step, op: "replace", replacedBy: ["name"], changed: ["name"] }],
      updated: [],
      gone: [],
    });
  });

  test.each([
    ["replace", [replace]],
    ["replace", [withoutKeys]],
    ["delete-replaced", [gone]],
  ])("has what is replaced from the event %s alone", (_, events) => {
    const { replaced, steps } = planOf(events);
    expect([replaced, steps.map(({ op }) => op)]).toEqual([[{ ...resource, ...before }], ["replace"]]);
  });

  test("has no property that forces a replacement where the engine names none", () => {
    const replaced = { ...step, op: "replace" };
    expect(planOf([withoutKeys, gone]).steps).toEqual([replaced]);
    const unsaid = event("replace", { keys: undefined });
    expect(planOf([unsaid, unsaid]).steps).toEqual([replaced]);
  });

  test.each(["delete", "discard", "discard-replaced", "delete-replaced", "remove-pending-replace"])(
    "has no resource that the event %s names",
    (op) => {
      const { resources, gone, steps } = planOf([event(op, { old: state(before), new: state(after) })]);
      expect(resources).toEqual([]);
      expect(gone).toEqual(op === "delete" ? [{ ...resource, ...before }] : []);
      expect(steps).toHaveLength(1);
    },
  );

  test("takes what is deleted, and what is replaced, as deleted at AWS", () => {
    const other = event("delete", { urn: "x::other", old: state() });
    expect(deletedBy(planOf([replace, other])).map(({ name }) => name)).toEqual(["other", "prod-au-orders"]);
  });
});

test.each([
  ["same", false],
  ["read", false],
  ["refresh", false],
  ["update", true],
  ["delete", true],
])("a step %s is a change: %s", (op, expected) => {
  expect(isChange({ ...step, op } as Step)).toBe(expected);
});

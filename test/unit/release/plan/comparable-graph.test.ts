import { comparableGraphOf, storeFinder } from "../../../../release/plan/comparable-graph.ts";
import type { Properties, Resource } from "../../../../release/plan/graph.ts";

const STORE = "order-queue:infra:Store";
const QUEUE = "aws:sqs/queue:Queue";
const urnOf = (type: string, name: string) => `urn:pulumi:staging::order-queue::${type}::${name}`;
const resource = (type: string, name: string, inputs: Properties = {}, parent = ""): Resource => ({
  ...{ urn: urnOf(type, name), type, name, inputs, parent, outputs: {}, id: "", protect: false },
});
const stack = resource("pulumi:pulumi:Stack", "order-queue-staging");
const kind = { kind: "own", store: "acme", hostname: "acme.example" };
const store = resource(STORE, "staging-store-acme", kind, stack.urn);
const options = { "option parent": "order-queue-{stack}", "option protect": false };

test("resources outside of stores are common, by type and normalised name, with their inputs and options", () => {
  const inputs = {
    delaySeconds: 5,
    kind: "own",
    tag: "staging",
    name: "auto",
    __defaults: ["name"],
    __provider: "aws",
  };
  const queues = [
    resource(QUEUE, "staging-orders", inputs, stack.urn),
    { ...resource(QUEUE, "staging-lb2-orders"), protect: true },
  ];
  const node = { key: `${QUEUE} {stack}-orders`, type: QUEUE, name: "{stack}-orders" };
  expect(comparableGraphOf([stack, ...queues])).toEqual({
    common: new Map([
      [
        node.key,
        [
          { ...node, properties: { delaySeconds: 5, kind: "own", tag: "{stack}", ...options } },
          { ...node, properties: { "option parent": "", "option protect": true } },
        ],
      ],
    ]),
    stores: [],
  });
});

test("a store stands apart with its parts, its class beside its properties, names of the store normalised", () => {
  const part = resource(QUEUE, "staging-store-acme", { host: "acme.example" }, store.urn);
  const keys = [`${STORE} {stack}-store-{store}`, `${QUEUE} {stack}-store-{store}`];
  const [storeNode, partNode] = [STORE, QUEUE].map((type, index) => ({
    ...{ key: keys[index], type, name: "{stack}-store-{store}" },
  }));
  expect(comparableGraphOf([stack, store, part])).toEqual({
    common: new Map(),
    stores: [
      {
        storeClass: "own",
        store: "staging-store-acme",
        nodes: new Map([
          [keys[0], [{ ...storeNode, properties: { store: "{store}", hostname: "{hostname}", ...options } }]],
          [
            keys[1],
            [{ ...partNode, properties: { host: "{hostname}", ...options, "option parent": "{stack}-store-{store}" } }],
          ],
        ]),
      },
    ],
  });
});

test.each(["pulumi:pulumi:Stack", "pulumi:pulumi:StackReference", "pulumi:providers:pulumi-nodejs"])(
  "%s is the engine's own and not compared; other providers are",
  (type) => {
    const graph = comparableGraphOf([resource(type, "one"), resource("pulumi:providers:aws", "aws")]);
    expect([...graph.common.keys()]).toEqual(["pulumi:providers:aws aws"]);
  },
);

test("the store of a resource is itself or the nearest store above it", () => {
  const within = resource("order-queue:infra:Certificate", "inner", {}, store.urn);
  const deep = resource(QUEUE, "deep", {}, within.urn);
  const outside = resource(QUEUE, "outside", {}, stack.urn);
  const storeOf = storeFinder([stack, store, within, deep, outside]);
  expect([store, within, deep, outside, stack].map((one) => storeOf(one)?.name)).toEqual([
    ...Array(3).fill("staging-store-acme"),
    ...[undefined, undefined],
  ]);
});

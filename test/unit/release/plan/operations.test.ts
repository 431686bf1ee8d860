import type { Plan, Resource, Step } from "../../../../release/plan/graph.ts";
import { operationsOf, unrehearsed } from "../../../../release/plan/operations.ts";

const QUEUE = "aws:sqs/queue:Queue";
const CERTIFICATE = "aws:acm/certificate:Certificate";
const STORE = "order-queue:infra:Store";

type Planned = [op: Step["op"], type: string, name: string, more?: Partial<Resource>];

/** A plan of prod-au; what it deletes is gone, the rest is there. */
function plan(...planned: Planned[]): Plan {
  const urnOf = (type: string, name: string) => `urn:pulumi:prod-au::order-queue::${type}::${name}`;
  const make = (type: string, name: string, more: Partial<Resource> = {}): Resource => ({
    urn: urnOf(type, name),
    type,
    name,
    inputs: {},
    outputs: {},
    id: "",
    protect: false,
    ...more,
    parent: more.parent ? urnOf(STORE, more.parent) : "",
  });
  const region = make("order-queue:infra:Region", "prod-au", { inputs: { domain: "au.orderhub.example" } });
  return {
    resources: [
      make("pulumi:pulumi:Stack", "order-queue-prod-au"),
      region,
      ...planned.filter(([op]) => op !== "delete").map(([, type, name, more]) => make(type, name, more)),
    ],
    replaced: [],
    updated: [],
    gone: planned.filter(([op]) => op === "delete").map(([, type, name, more]) => make(type, name, more)),
    steps: planned.map(([op, type, name]) => ({
      op,
      urn: urnOf(type, name),
      type,
      name,
      replacedBy: [],
      changed: [],
    })),
  };
}

const shop = { inputs: { kind: "platform", store: "shop", hostname: "shop.au.orderhub.example" } };

describe("the operations of a plan", () => {
  test("are what it creates, replaces and deletes, the stack's name left open", () => {
    const operations = operationsOf(
      plan(
        ["replace", QUEUE, "prod-au-orders"],
        ["delete", QUEUE, "prod-au-old"],
        ["create", QUEUE, "prod-au-new"],
        ["update", QUEUE, "prod-au-dead-letter"],
        ["same", QUEUE, "prod-au-receipts"],
        ["replace", "pulumi:providers:aws", "aws"],
      ),
    );
    expect(operations).toEqual([
      `create ${QUEUE} {stack}-new`,
      `delete ${QUEUE} {stack}-old`,
      `replace ${QUEUE} {stack}-orders`,
    ]);
  });

  test("within a store are reported by store class", () => {
    expect(
      operationsOf(
        plan(
          ["same", STORE, "prod-au-store-shop", shop],
          ["replace", CERTIFICATE, "prod-au-store-shop", { parent: "prod-au-store-shop" }],
        ),
      ),
    ).toEqual([`replace ${CERTIFICATE} {stack}-store-{store} of a store (platform)`]);
  });

  test.each(["create", "delete"] as const)("are none where a whole store is one to %s", (op) => {
    const part: Planned = [op, CERTIFICATE, "prod-au-store-shop", { parent: "prod-au-store-shop" }];
    expect(operationsOf(plan([op, STORE, "prod-au-store-shop", shop], part))).toEqual([]);
  });
});

describe("production may", () => {
  const contract = [
    { op: "replace" as const, resource: "aws:ecs/taskDefinition:TaskDefinition *", reason: "revision" },
  ];
  const replace = `replace ${QUEUE} {stack}-orders`;

  test("do what staging has done to the same logical resource", () => {
    expect(unrehearsed([replace], [replace], contract)).toEqual([]);
  });

  test("not do to it anything else, nor the same to another resource", () => {
    expect(unrehearsed([replace], [`create ${QUEUE} {stack}-orders`, `replace ${QUEUE} {stack}-receipts`], [])).toEqual(
      [replace],
    );
  });

  test("do what the contract lets pass, in that operation alone", () => {
    const definition = "aws:ecs/taskDefinition:TaskDefinition {stack}-ingest";
    expect(unrehearsed([`replace ${definition}`, `delete ${definition}`], [], contract)).toEqual([
      `delete ${definition}`,
    ]);
  });
});

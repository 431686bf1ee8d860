import { z } from "zod";
import type { ResourceCall, ResourceType } from "../../../../twin/pulumi/define.ts";
import { regional } from "../../../../twin/pulumi/define.ts";
import { check, diff } from "../../../../twin/pulumi/plan.ts";
import { UNKNOWN } from "../../../../twin/pulumi/values.ts";

const type: ResourceType = {
  token: "aws:sqs/queue:Queue",
  scope: "regional",
  inputs: regional({ name: z.string().max(20), delaySeconds: z.number().max(900), policy: z.string().optional() }),
  defaults: { delaySeconds: 0 },
  autoname: { property: "name", max: 20 },
  json: ["policy"],
  computed: ["arn"],
  replaces: ["name"],
  create: () => ({ id: "q", outputs: {} }),
  update: () => ({}),
};
const call = { region: "eu-west-1", name: "orders" } as ResourceCall;
const seed = new Uint8Array([1, 2, 3]);

describe("check", () => {
  test("fills in region, defaults and an automatic name, and remembers which it chose", () => {
    const { inputs, problems } = check(type, {}, {}, seed, call);
    expect(problems).toEqual([]);
    expect(inputs).toEqual({
      region: "eu-west-1",
      delaySeconds: 0,
      name: expect.stringMatching(/^orders-[0-9a-f]{7}$/),
      __defaults: ["region", "delaySeconds", "name"],
    });
  });

  test("keeps the automatic name of the last update", () => {
    const { inputs } = check(type, {}, { name: "orders-1234567", __defaults: ["name"] }, seed, call);
    expect(inputs.name).toBe("orders-1234567");
  });

  test("refuses by name what the twin does not model, and a value out of range with the value", () => {
    const { problems } = check(type, { kmsMasterKeyId: "k", delaySeconds: 901 }, {}, seed, call);
    expect(problems).toEqual([
      { property: "delaySeconds", reason: "Too big: expected number to be <=900, got 901" },
      {
        property: "kmsMasterKeyId",
        reason: "the twin does not model property 'kmsMasterKeyId' of aws:sqs/queue:Queue",
      },
    ]);
  });

  test("does not judge a value that is not known before the update", () => {
    expect(check(type, { delaySeconds: UNKNOWN }, {}, seed, call).problems).toEqual([]);
  });
});

describe("diff", () => {
  const olds = { name: "orders-1234567", delaySeconds: 0, policy: '{"a":1,"b":2}', __defaults: ["name"] };

  test("sees JSON text by its content", () => {
    expect(diff(type, olds, { ...olds, policy: '{ "b": 2, "a": 1 }' }).changed).toEqual([]);
  });

  test("updates in place what AWS can change", () => {
    expect(diff(type, olds, { ...olds, delaySeconds: 5 })).toEqual({
      changed: ["delaySeconds"],
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  test("replaces on a change of region, creating before deleting when the name is automatic", () => {
    const before = { ...olds, region: "eu-west-1" };
    expect(diff(type, before, { ...before, region: "us-east-1" })).toEqual({
      changed: ["region"],
      replaces: ["region"],
      deleteBeforeReplace: false,
    });
  });

  test("deletes first when the program gave the name itself", () => {
    const named = { name: "mine", delaySeconds: 0, __defaults: [] };
    expect(diff(type, named, { ...named, name: "yours" })).toEqual({
      changed: ["name"],
      replaces: ["name"],
      deleteBeforeReplace: true,
    });
  });
});

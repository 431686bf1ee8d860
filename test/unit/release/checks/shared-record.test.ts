import { sharedRecord } from "../../../../release/checks/shared-record.ts";
import type { Resource } from "../../../../release/plan/graph.ts";
import { plan, plansOf, record, UNKNOWN } from "./plans.ts";

const judge = (...plans: Parameters<typeof plansOf>) => sharedRecord.judge(plansOf(...plans));
const named = (name: string) => record(`record-${name}`, name);

test("shared-record finds one record in two stacks, and names both", () => {
  expect(judge(["prod-au", plan([named("A.example")])], ["prod-eu", plan([named("a.example.")])])).toEqual([
    {
      check: "shared-record",
      stack: "prod-eu",
      resource: "record-a.example.",
      message:
        "prod-au has the same record, as record-A.example: a change or delete in one stack takes it from the other",
      fix: "give each stack a domain of its own",
    },
  ]);
});

test("shared-record accepts a record within one stack, another type, another name, and an unknown name", () => {
  const two = (one: Resource) => judge(["prod-au", plan([one])], ["prod-eu", plan([one])]);
  expect(judge(["prod-au", plan([named("a"), named("a")])])).toEqual([]);
  expect(judge(["prod-au", plan([named("a")])], ["prod-eu", plan([named("b")])])).toEqual([]);
  expect(two({ ...named("a"), type: "aws:ec2/route:Route" })).toEqual([]);
  expect(two(named(UNKNOWN))).toEqual([]);
});

import { recordKeepsItsType } from "../../../../release/checks/record-type.ts";
import { plan, plansOf, resource } from "./plans.ts";

function record(name: string, type: string, before?: string) {
  const inputs = { zoneId: "Z1", name: "shop.example", type };
  return resource("aws:route53/record:Record", name, inputs, before === undefined ? {} : { ...inputs, type: before });
}

const found = (...of: Parameters<typeof plan>) => recordKeepsItsType.judge(plansOf(["prod-au", plan(...of)]));

test("a live name whose record changes its type is found", () => {
  expect(found([record("shop", "CNAME", "A")])).toEqual([
    {
      check: "record-keeps-its-type",
      stack: "prod-au",
      resource: "shop",
      message: "shop.example is a live A record and would be CNAME: meanwhile the name does not resolve",
      fix: "keep the type, or serve a new name first and move its users there",
    },
  ]);
});

test("so is a CNAME under another logical name in place of a live record", () => {
  expect(found([record("new", "CNAME")], { gone: [record("old", "A", "A")] })).toHaveLength(1);
});

test("records of two types side by side are accepted, and one that keeps its type", () => {
  expect(found([record("a", "A", "A"), record("aaaa", "AAAA")])).toEqual([]);
});

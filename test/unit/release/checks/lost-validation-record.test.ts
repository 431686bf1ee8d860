import { lostValidationRecord } from "../../../../release/checks/lost-validation-record.ts";
import type { Plan } from "../../../../release/plan/graph.ts";
import { certificate, plan, plansOf, record, resource, UNKNOWN } from "./plans.ts";

const judge = (one: Plan) => lostValidationRecord.judge(plansOf(["prod-au", one]));
const found = (one: Plan) => judge(one).map((finding) => `${finding.resource}`);
const acme = certificate("acme", "acme.example");

test("lost-validation-record finds a record that is deleted while its name stays, though its successor's is unknown", () => {
  const renamed = plan([acme, record("acme-proof", UNKNOWN)], {
    gone: [record("acme-validation", "_3f2a.acme.example.")],
  });
  expect(judge(renamed)).toEqual([
    {
      check: "lost-validation-record",
      stack: "prod-au",
      resource: "acme-validation",
      message:
        "would be deleted, but it validates acme.example, which stays on acme: ACM could not renew the certificate, and AWS refuses a new record of that name until this one is deleted",
      fix: "keep its logical name, or give the new record an alias",
    },
  ]);
  const further = plan([certificate("acme", "acme.example", "*.www.acme.example")], {
    gone: [record("www", "_3f2a.www.acme.example.")],
  });
  expect(found(further)).toEqual(["www"]);
  const single = resource("aws:acm/certificate:Certificate", "acme", { domainName: "acme.example" });
  expect(found(plan([single], { gone: [record("old", "_3f2a.acme.example")] }))).toEqual(["old"]);
});

test.each([
  ["_3f2a.acme.example", ["old"]],
  ["_3f2a.acme.example.", ["old"]],
  ["x_3f2a.acme.example", []],
  ["_3F2A.acme.example", []],
  ["_.acme.example", []],
  ["_3f2a.other.example", []],
  ["acme.example", []],
])("a record %s that is deleted: %j", (name, expected) => {
  expect(found(plan([acme], { gone: [record("old", name)] }))).toEqual(expected);
});

test("lost-validation-record accepts another type, and a record that stays, is replaced, or is deleted with its name", () => {
  const old = record("old", "_3f2a.acme.example");
  const policy = resource("aws:iam/rolePolicy:RolePolicy", "old", { role: "ingest", name: "_3f2a.acme.example" });
  expect(found(plan([acme], { gone: [policy] }))).toEqual([]);
  expect(found(plan([acme, old], { gone: [old] }))).toEqual([]);
  expect(found(plan([acme], { replaced: [old] }))).toEqual([]);
  expect(found(plan([{ ...acme, type: "other:Type" }], { gone: [old] }))).toEqual([]);
  expect(found(plan([certificate("acme", "shop.acme.example")], { gone: [old] }))).toEqual([]);
});

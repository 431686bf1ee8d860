import { sameIdentity } from "../../../../release/checks/same-identity.ts";
import type { Plan } from "../../../../release/plan/graph.ts";
import { plan, plansOf, record, resource, UNKNOWN } from "./plans.ts";

const judge = (one: Plan) => sameIdentity.judge(plansOf(["prod-au", one]));
const found = (one: Plan) => judge(one).map((finding) => `${finding.resource}`);

const attachment = (name: string, certificateArn: string) =>
  resource("aws:lb/listenerCertificate:ListenerCertificate", name, { listenerArn: "arn:listener", certificateArn });

describe("same-identity finds", () => {
  test("the same object under another logical name, deleted or replaced", () => {
    const [old, other] = [attachment("old", "arn:a"), attachment("new", "arn:a")];
    expect(found(plan([other], { gone: [old] }))).toEqual(["old"]);
    expect(found(plan([other], { replaced: [old] }))).toEqual(["old"]);
  });

  test("two attachments that exchange their logical names, both of which would be deleted", () => {
    const exchanged = plan([attachment("sni-0", "arn:b"), attachment("sni-1", "arn:a")], {
      gone: [attachment("sni-0", "arn:a"), attachment("sni-1", "arn:b")],
    });
    expect(judge(exchanged)).toEqual([
      {
        check: "same-identity",
        stack: "prod-au",
        resource: "sni-0",
        message:
          "Pulumi creates sni-1 and then deletes sni-0, but both are the same AWS ListenerCertificate: it would be gone after the update",
        fix: "keep the logical name sni-0, or give sni-1 an alias",
      },
      expect.objectContaining({ resource: "sni-1" }),
    ]);
  });
});

test.each<[string, Plan]>([
  [
    "a store that is removed",
    plan([record("kept", "a.example")], { gone: [record("gone", "b.example"), attachment("gone", "arn:b")] }),
  ],
  ["a certificate that is replaced", plan([attachment("acme", "arn:new")], { gone: [attachment("acme", "arn:old")] })],
  [
    "a resource replaced under its own name",
    plan([attachment("a", "arn:a")], { replaced: [attachment("a", "arn:a")] }),
  ],
  ["another type of record", plan([record("new", "a", { type: "AAAA" })], { gone: [record("old", "a")] })],
  ["an unknown value", plan([attachment("new", UNKNOWN)], { gone: [attachment("old", UNKNOWN)] })],
])("same-identity accepts %s", (_, one) => {
  expect(found(one)).toEqual([]);
});

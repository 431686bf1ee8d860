import { sameIdentity } from "../../../../release/checks/same-identity.ts";
import type { Plan } from "../../../../release/plan/graph.ts";
import { plan, plansOf, record, resource, UNKNOWN } from "./plans.ts";

const judge = (one: Plan) => sameIdentity.judge(plansOf(["prod-au", one]));
const found = (one: Plan) => judge(one).map((finding) => finding.resource);

const attachment = (name: string, certificateArn: string) =>
  resource("aws:lb/listenerCertificate:ListenerCertificate", name, { listenerArn: "arn:listener", certificateArn });

const rule = [
  ...["securityGroupId", "ipProtocol", "fromPort", "toPort", "cidrIpv4"],
  ...["referencedSecurityGroupId", "prefixListId"],
];

/** Inputs by which AWS identifies a resource of each type. */
const identities: [type: string, inputs: string[]][] = [
  ["aws:lb/listenerCertificate:ListenerCertificate", ["listenerArn", "certificateArn"]],
  ["aws:lb/listener:Listener", ["loadBalancerArn", "port"]],
  ["aws:lb/listenerRule:ListenerRule", ["listenerArn", "priority"]],
  ["aws:route53/record:Record", ["zoneId", "name", "type", "setIdentifier"]],
  ["aws:ec2/route:Route", ["routeTableId", "destinationCidrBlock", "destinationPrefixListId"]],
  ["aws:ec2/routeTableAssociation:RouteTableAssociation", ["subnetId"]],
  ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", ["role", "policyArn"]],
  ["aws:iam/rolePolicy:RolePolicy", ["role", "name"]],
  ["aws:sns/topicPolicy:TopicPolicy", ["arn"]],
  ["aws:sns/topicSubscription:TopicSubscription", ["topic", "protocol", "endpoint"]],
  ["aws:cloudwatch/eventTarget:EventTarget", ["rule", "targetId"]],
  ["aws:appautoscaling/target:Target", ["resourceId", "scalableDimension"]],
  ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", rule],
  ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", rule],
];

describe("same-identity finds", () => {
  test.each(identities)("%s: the same object under another logical name, by %j", (type, names) => {
    const inputs = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    const old = resource(type, "old", inputs);
    expect(found(plan([resource(type, "new", inputs)], { gone: [old] }))).toEqual(["old"]);
    expect(found(plan([resource(type, "new", inputs)], { replaced: [old] }))).toEqual(["old"]);
    for (const name of names) {
      const other = resource(type, "new", { ...inputs, [name]: "another" });
      expect([name, found(plan([other], { gone: [old] }))]).toEqual([name, []]);
    }
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

  test("a DNS record whose name differs only in case or by the last dot", () => {
    const renamed = (one: string, other: string) => found(plan([record("new", other)], { gone: [record("old", one)] }));
    expect(renamed("Shop.example.", "shop.example")).toEqual(["old"]);
    expect(renamed("shop.example", "shopXexample")).toEqual([]);
    expect(renamed("a.b.example", "ab.example")).toEqual([]);
    expect(found(plan([record("new", "a", { zoneId: "z1" })], { gone: [record("old", "a")] }))).toEqual([]);
  });

  test("a missing property as different from one that has a value", () => {
    const old = resource("aws:ec2/route:Route", "old", { routeTableId: "rtb", destinationCidrBlock: "0.0.0.0/0" });
    const other = resource("aws:ec2/route:Route", "new", { routeTableId: "rtb", destinationPrefixListId: "pl" });
    expect(found(plan([other], { gone: [old] }))).toEqual([]);
    expect(found(plan([{ ...old, urn: "new", name: "new" }], { gone: [old] }))).toEqual(["old"]);
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

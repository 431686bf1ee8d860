import { type Hazard, hazardsOf } from "../../../../release/checks/plan-checks.ts";
import type { Plan, Properties, Resource } from "../../../../release/plan/graph.ts";

const resource = (type: string, name: string, inputs: Properties = {}, outputs: Properties = {}): Resource => ({
  ...{ urn: `urn:pulumi:prod-au::order-queue::${type}::${name}`, type, name, parent: "", inputs, outputs },
  ...{ id: "", protect: false },
});
const plan = (resources: Resource[], more: Partial<Plan> = {}): Plan => ({
  ...{ resources, steps: [], gone: [], replaced: [] },
  ...more,
});
const hazards = (...plans: [string, Plan][]): Hazard[] => hazardsOf(new Map(plans));
const rulesOf = (one: Plan) => hazards(["prod-au", one]).map(({ rule, resource: name }) => `${rule} ${name}`);

const rule = [
  ...["securityGroupId", "ipProtocol", "fromPort", "toPort", "cidrIpv4"],
  ...["referencedSecurityGroupId", "prefixListId"],
];

/** Inputs by which AWS knows a resource of each type. */
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

describe("same-identity", () => {
  test.each(identities)("%s: the same object under another logical name, by %j", (type, names) => {
    const inputs = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    const old = resource(type, "old", inputs);
    expect(rulesOf(plan([resource(type, "new", inputs)], { gone: [old] }))).toEqual(["same-identity old"]);
    expect(rulesOf(plan([resource(type, "new", inputs)], { replaced: [old] }))).toEqual(["same-identity old"]);
    for (const name of names) {
      const other = resource(type, "new", { ...inputs, [name]: "another" });
      expect([name, rulesOf(plan([other], { gone: [old] }))]).toEqual([name, []]);
    }
  });

  test("a property that is missing differs from one that has a value", () => {
    const old = resource("aws:ec2/route:Route", "old", { routeTableId: "rtb", destinationCidrBlock: "0.0.0.0/0" });
    const other = resource("aws:ec2/route:Route", "new", { routeTableId: "rtb", destinationPrefixListId: "pl" });
    expect(rulesOf(plan([other], { gone: [old] }))).toEqual([]);
    expect(rulesOf(plan([{ ...old, urn: "new", name: "new" }], { gone: [old] }))).toEqual(["same-identity old"]);
  });

  test("only the last dot and the case of a DNS name do not count, and only those of `name`", () => {
    const record = (logical: string, name: string, zoneId = "Z1") =>
      resource("aws:route53/record:Record", logical, { zoneId, name, type: "A" });
    const found = (one: string, other: string) => rulesOf(plan([record("new", other)], { gone: [record("old", one)] }));
    expect(found("Shop.example.", "shop.example")).toEqual(["same-identity old"]);
    expect(found("shop.example", "shopXexample")).toEqual([]);
    expect(found("a.b.example", "ab.example")).toEqual([]);
    expect(rulesOf(plan([record("new", "a", "z1")], { gone: [record("old", "a", "Z1")] }))).toEqual([]);
  });

  test("a resource that is replaced under its own name is none", () => {
    const route = resource("aws:ec2/route:Route", "out", { routeTableId: "rtb" });
    expect(rulesOf(plan([route], { replaced: [route] }))).toEqual([]);
  });
});

test.each([
  ["aws:sqs/queue:Queue", "the orders in it are lost, and its address changes"],
  ["aws:ecr/repository:Repository", "the images in it are lost, those that run among them"],
  ["aws:ec2/eip:Eip", "ERPs that allow only the old address refuse every order"],
  ["aws:lb/loadBalancer:LoadBalancer", "its name and addresses change, and every store's DNS with them"],
  ["aws:route53/zone:Zone", "the registrar goes on naming the old zone's servers"],
  ["aws:sns/topic:Topic", "its subscribers have to confirm anew before anyone is told of anything"],
  ["aws:ecs/cluster:Cluster", "every container stops with it"],
])("kept-state: %s, replaced or gone, with what is lost", (type, loss) => {
  const hazard = {
    stack: "prod-au",
    rule: "kept-state",
    resource: "old",
    message: `the update would take it away: ${loss}. Keep its logical name, parent and whatever forces a replacement, or give it an alias`,
  };
  const old = resource(type, "old");
  expect(hazards(["prod-au", plan([], { gone: [old] })])).toEqual([hazard]);
  expect(hazards(["prod-au", plan([old], { replaced: [old] })])).toEqual([hazard]);
});

describe("lost-proof", () => {
  const certificate = resource("aws:acm/certificate:Certificate", "acme", { domainName: "acme.example" });
  const record = (logical: string, name: string, type = "aws:route53/record:Record") =>
    resource(type, logical, { zoneId: "Z1", name, type: "CNAME" });

  test.each([
    ["_3f2a.acme.example", ["lost-proof old"]],
    ["_3f2a.acme.example.", ["lost-proof old"]],
    ["x_3f2a.acme.example", []],
    ["_3F2A.acme.example", []],
    ["_.acme.example", []],
    ["_3f2a.other.example", []],
    ["acme.example", []],
  ])("a record %s that goes: %j", (name, found) => {
    expect(rulesOf(plan([certificate], { gone: [record("old", name)] }))).toEqual(found);
  });

  test("is none for another type, where the record stays, or where it is replaced", () => {
    const old = record("old", "_3f2a.acme.example");
    expect(rulesOf(plan([certificate], { gone: [record("old", "_3f2a.acme.example", "other:Type")] }))).toEqual([]);
    expect(rulesOf(plan([certificate, old], { gone: [old] }))).toEqual([]);
    expect(rulesOf(plan([certificate], { replaced: [old] }))).toEqual([]);
    expect(rulesOf(plan([{ ...certificate, type: "other:Type" }], { gone: [old] }))).toEqual([]);
  });
});

describe("lost-scaling", () => {
  const service = resource("aws:ecs/service:Service", "dispatch", { name: "dispatch-1" });
  const target = (inputs: Properties, outputs: Properties = {}) =>
    resource("aws:appautoscaling/target:Target", "scaling", inputs, outputs);

  test("names the service and the fix, by outputs before inputs", () => {
    const expected = {
      stack: "prod-au",
      rule: "lost-scaling",
      resource: "scaling",
      message:
        "its service dispatch is replaced, and it stays as it is: the new service has no scaling. Name the service by its output in resourceId",
    };
    const stays = target({ resourceId: "service/cluster/dispatch-1" });
    expect(hazards(["prod-au", plan([service, stays], { replaced: [service] })])).toEqual([expected]);
    const deployed = { ...service, outputs: { name: "dispatch-2" } };
    const named = target({ resourceId: "service/cluster/dispatch-1" }, { resourceId: "service/cluster/dispatch-2" });
    expect(hazards(["prod-au", plan([deployed, named], { replaced: [deployed] })])).toEqual([expected]);
    expect(rulesOf(plan([deployed, stays], { replaced: [deployed] }))).toEqual([]);
  });

  test("is none for another type, a name that only ends the same, or a target that goes too", () => {
    const other = { ...target({ resourceId: "service/cluster/dispatch-1" }), type: "other:Type" };
    expect(rulesOf(plan([service, other], { replaced: [service] }))).toEqual([]);
    expect(rulesOf(plan([target({ resourceId: "a-dispatch-1" })], { replaced: [service] }))).toEqual([]);
    expect(rulesOf(plan([target({})], { replaced: [service] }))).toEqual([]);
    const stays = target({ resourceId: "service/cluster/dispatch-1" });
    expect(rulesOf(plan([service, stays], { replaced: [service, stays] }))).toEqual([]);
    expect(rulesOf(plan([stays], { replaced: [{ ...service, type: "other:Type" }] }))).toEqual([]);
  });
});

describe("shared-identity", () => {
  const record = (name: string, type = "aws:route53/record:Record") =>
    resource(type, `record-${name}`, { zoneId: "Z1", name, type: "A" });

  test("names both stacks and the first one's record", () => {
    expect(hazards(["prod-au", plan([record("A.example")])], ["prod-eu", plan([record("a.example.")])])).toEqual([
      {
        stack: "prod-eu",
        rule: "shared-identity",
        resource: "record-a.example.",
        message:
          "prod-au has the same record as record-A.example: destroying or changing either stack takes it from the other. Stacks must have domains of their own",
      },
    ]);
  });

  test("is none within one stack, for another type, or before the name is known", () => {
    const two = (one: Resource) => hazards(["prod-au", plan([one])], ["prod-eu", plan([one])]);
    expect(hazards(["prod-au", plan([record("a"), record("a")])])).toEqual([]);
    expect(two(record("a", "aws:ec2/route:Route"))).toEqual([]);
    expect(two(record("04da6b54-80e4-46f7-96ec-b56ff0331ba9"))).toEqual([]);
  });
});

describe("missing-replica", () => {
  const region = (name: string) => resource("order-queue:infra:Region", name, { region: name });
  const replication = (inputs: Properties) =>
    resource("aws:ecr/replicationConfiguration:ReplicationConfiguration", "registry", inputs);

  test("names where the registry replicates to, the stack and its region", () => {
    const rules = [{ destinations: [{ region: "us-east-1" }] }, {}];
    const staging = plan([region("ap-southeast-2"), replication({ replicationConfiguration: { rules } })]);
    expect(hazards(["staging", staging], ["prod-eu", plan([region("eu-west-1")])])).toEqual([
      {
        stack: "prod-eu",
        rule: "missing-replica",
        resource: "registry",
        message:
          "it replicates to ap-southeast-2, us-east-1, and prod-eu pulls its image in eu-west-1: no container would start. Add the region to its destinations",
      },
    ]);
  });

  test("is none without a replication; one without rules reaches its own region alone", () => {
    expect(hazards(["staging", plan([region("a")])], ["prod-eu", plan([region("b")])])).toEqual([]);
    const staging = plan([region("a"), replication({})]);
    const found = hazards(["staging", staging], ["prod-au", plan([region("a")])], ["prod-eu", plan([region("b")])]);
    expect(found.map(({ stack }) => stack)).toEqual(["prod-eu"]);
  });
});

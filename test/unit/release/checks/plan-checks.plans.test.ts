import { hazardsOf } from "../../../../release/checks/plan-checks.ts";
import type { Plan, Properties, Resource } from "../../../../release/plan/graph.ts";

const resource = (type: string, name: string, inputs: Properties = {}, outputs: Properties = {}): Resource => ({
  ...{ urn: `urn:pulumi:prod-au::order-queue::${type}::${name}`, type, name, parent: "", inputs, outputs },
  ...{ id: "", protect: false },
});
const plan = (resources: Resource[], gone: Resource[] = []): Plan => ({ resources, steps: [], gone, replaced: [] });
const found = (...plans: [string, Plan][]) =>
  hazardsOf(new Map(plans)).map(({ stack, rule, resource: name }) => `${stack} ${rule} ${name}`);

const attachment = (name: string, certificateArn: string) =>
  resource("aws:lb/listenerCertificate:ListenerCertificate", name, { listenerArn: "arn:listener", certificateArn });
const record = (name: string, host: string, type = "A") =>
  resource("aws:route53/record:Record", name, { zoneId: "Z1", name: host, type });
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

test("attachments that change names are deleted after they were made: both certificates would be gone", () => {
  const hazards = hazardsOf(
    new Map([
      [
        "prod-au",
        plan(
          [attachment("sni-0", "arn:b"), attachment("sni-1", "arn:a")],
          [attachment("sni-0", "arn:a"), attachment("sni-1", "arn:b")],
        ),
      ],
    ]),
  );
  expect(hazards).toEqual([
    {
      stack: "prod-au",
      rule: "same-identity",
      resource: "sni-0",
      message:
        "it is taken away after sni-1, which is the same ListenerCertificate at AWS, was put there: neither remains. Keep its logical name, or give the new one an alias",
    },
    expect.objectContaining({ rule: "same-identity", resource: "sni-1" }),
  ]);
});

test("a record with another logical name is the same record, however its name is written", () => {
  expect(found(["prod-au", plan([record("new", "shop.example.")], [record("old", "Shop.example")])])).toEqual([
    "prod-au same-identity old",
  ]);
});

const certificate = (name: string, domainName: string, ...subjectAlternativeNames: string[]) =>
  resource("aws:acm/certificate:Certificate", name, { domainName, subjectAlternativeNames });
const proof = (name: string, host: string) => record(name, `_3f2a.${host}.`, "CNAME");

test("a validation record that goes while its name stays on a certificate is told, though its successor is not known yet", () => {
  const renamed = plan(
    [certificate("acme", "acme.example"), record("acme-proof", UNKNOWN, "CNAME")],
    [proof("acme-validation", "acme.example")],
  );
  expect(hazardsOf(new Map([["prod-au", renamed]]))).toEqual([
    {
      stack: "prod-au",
      rule: "lost-proof",
      resource: "acme-validation",
      message:
        "it proves acme.example, which stays on acme: without it ACM cannot renew the certificate, and AWS refuses another one while it is there. Keep its logical name, or give the new one an alias",
    },
  ]);
  const further = plan([certificate("acme", "acme.example", "*.www.acme.example")], [proof("www", "www.acme.example")]);
  expect(found(["prod-au", further])).toEqual(["prod-au lost-proof www"]);
});

test.each<[string, Plan]>([
  [
    "a validation record that goes with its name",
    plan([certificate("acme", "shop.acme.example")], [proof("acme", "acme.example")]),
  ],
  [
    "a store that goes",
    plan([record("kept", "a.example")], [record("gone", "b.example"), attachment("gone", "arn:b")]),
  ],
  ["a certificate that is replaced", plan([attachment("acme", "arn:new")], [attachment("acme", "arn:old")])],
  ["another type of record", plan([record("new", "a.example", "AAAA")], [record("old", "a.example", "A")])],
  ["an identity that is not known yet", plan([attachment("new", UNKNOWN)], [attachment("old", UNKNOWN)])],
])("%s is no hazard", (_name, planned) => {
  expect(found(["prod-au", planned])).toEqual([]);
});

test.each([
  "aws:sqs/queue:Queue",
  "aws:ecr/repository:Repository",
  "aws:ec2/eip:Eip",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:route53/zone:Zone",
  "aws:sns/topic:Topic",
  "aws:ecs/cluster:Cluster",
])("an update that takes a %s away is told", (type) => {
  expect(found(["prod-au", plan([resource(type, "new")], [resource(type, "old")])])).toEqual([
    "prod-au kept-state old",
  ]);
});

const service = resource("aws:ecs/service:Service", "dispatch", {}, { name: "dispatch-1a2b3c4" });
const target = (resourceId: string) =>
  resource("aws:appautoscaling/target:Target", "dispatch", { resourceId }, { resourceId });

test("a scalable target that stays while its service is replaced has lost its service", () => {
  const stays = target("service/cluster/dispatch-1a2b3c4");
  expect(found(["prod-au", plan([service, stays], [service])])).toEqual(["prod-au lost-scaling dispatch"]);
  expect(found(["prod-au", plan([service, stays], [service, stays])])).toEqual([]);
  expect(found(["prod-au", plan([service, target("service/cluster/other-1a2b3c4")], [service])])).toEqual([]);
});

test("two stacks that hold one record are told", () => {
  const one = plan([record("acme", "acme.au.example")]);
  expect(found(["prod-au", one], ["prod-eu", plan([record("acme-eu", "acme.au.example")])])).toEqual([
    "prod-eu shared-identity acme-eu",
  ]);
  expect(found(["prod-au", one], ["prod-eu", plan([record("acme-eu", "acme.eu.example")])])).toEqual([]);
});

const region = (name: string) => resource("order-queue:infra:Region", name, { region: name });
const replicas = (...regions: string[]) =>
  resource("aws:ecr/replicationConfiguration:ReplicationConfiguration", "registry", {
    replicationConfiguration: { rules: [{ destinations: regions.map((each) => ({ region: each, registryId: "1" })) }] },
  });

test("a region that the registry does not replicate to is told", () => {
  const staging = (...regions: string[]): [string, Plan] => [
    "staging",
    plan([region("ap-southeast-2"), replicas(...regions)]),
  ];
  const production: [string, Plan][] = [
    ["prod-au", plan([region("ap-southeast-2")])],
    ["prod-eu", plan([region("eu-west-1")])],
  ];
  expect(found(staging("us-east-1"), ...production)).toEqual(["prod-eu missing-replica registry"]);
  expect(found(staging("eu-west-1"), ...production)).toEqual([]);
});

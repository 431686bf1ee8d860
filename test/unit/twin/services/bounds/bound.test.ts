import { UNKNOWN } from "../../../../../twin/pulumi/values.ts";
import { violations } from "../../../../../twin/services/bounds/bound.ts";
import { aws } from "../../../../../twin/services/resources.ts";

const said = (bounds: Parameters<typeof violations>[0], inputs: object) =>
  violations(bounds, inputs).map(({ property, constraint }) => `${property}: ${constraint}`);

describe("a bound", () => {
  it("holds for every element of a list, and for keys and values of a map", () => {
    const bounds = { "list[].name": { max: 2 }, "map{key}": { patterns: ["[a-z]+"] }, "map{}": { min: 1 } };
    expect(said(bounds, { list: [{ name: "ab" }, { name: "abc" }], map: { A: "", b: "c" } })).toEqual([
      "list.1.name: Member must have length less than or equal to 2",
      "map.A: Member must satisfy regular expression pattern: [a-z]+",
      "map.A: Member must have length greater than or equal to 1",
    ]);
  });

  it("of a required property holds where what it is in is there", () => {
    const bounds = { "a.b": { required: true as const } };
    expect(said(bounds, { a: {} })).toEqual(["a.b: Member must not be null"]);
    expect(said(bounds, {})).toEqual([]);
  });

  it("continues inside JSON text", () => {
    const bounds = { "definitions[].name": { enum: ["app"] } };
    expect(said(bounds, { definitions: '[{"name":"app"},{"name":"web"}]' })).toEqual([
      "definitions.1.name: Member must satisfy enum value set: [app]",
    ]);
    expect(said(bounds, { definitions: "[" })).toEqual([]);
  });

  it("counts characters, not bytes or halves of characters", () => {
    expect(said({ a: { max: 2 } }, { a: "é😀" })).toEqual([]);
  });

  it("does not judge what is not known before the update", () => {
    expect(said({ a: { max: 2 }, "b[].c": { max: 1 } }, { a: UNKNOWN, b: UNKNOWN })).toEqual([]);
  });
});

const call = { region: "eu-west-1" } as never;

/** Values that AWS refuses, one of each class that the twin accepted before it had the table. */
const refused: [token: string, inputs: object, refusal: string][] = [
  [
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    { securityGroupId: "sg-1", ipProtocol: "tcp", description: "To the image's layers in S3" },
    "api error InvalidParameterValue: 1 validation error detected: Value 'To the image's layers in S3' at 'description'",
  ],
  [
    "aws:acm/certificate:Certificate",
    { domainName: `${"a".repeat(60)}.example`, validationMethod: "DNS" },
    "at 'domainName' failed to satisfy constraint: Member must have length less than or equal to 64",
  ],
  [
    "aws:acm/certificate:Certificate",
    { domainName: "-shop.example", validationMethod: "DNS" },
    "api error ValidationException: 1 validation error detected: Value '-shop.example' at 'domainName'",
  ],
  [
    "aws:lb/listenerRule:ListenerRule",
    {
      listenerArn: "arn:",
      priority: 1,
      conditions: [{ hostHeader: { values: ["shop.example:8443"] } }],
      actions: [{ type: "forward" }],
    },
    "Value 'shop.example:8443' at 'conditions.0.hostHeader.values.0'",
  ],
  [
    "aws:iam/role:Role",
    { name: "it", path: "orders", assumeRolePolicy: "{}" },
    "api error ValidationError: 1 validation error detected: Value 'orders' at 'path'",
  ],
  ["aws:iam/rolePolicy:RolePolicy", { name: "a b", role: "it", policy: "{}" }, "Value 'a b' at 'name'"],
  [
    "aws:ecr/replicationConfiguration:ReplicationConfiguration",
    {
      replicationConfiguration: {
        rules: [
          {
            destinations: [{ region: "EU west", registryId: "1" }],
            repositoryFilters: [{ filter: "Orders", filterType: "PREFIX_MATCH" }],
          },
        ],
      },
    },
    "api error InvalidParameterException: 3 validation errors detected",
  ],
  [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { name: "a\t", namespace: ":Orders", metricName: "m", dimensions: { Queue: "" } },
    "api error ValidationError: 3 validation errors detected",
  ],
  [
    "aws:cloudwatch/eventTarget:EventTarget",
    { rule: "r", targetId: "t", arn: "arn:", inputPath: `$.${"a".repeat(256)}` },
    "at 'inputPath' failed to satisfy constraint: Member must have length less than or equal to 256",
  ],
];

test.each(refused)("%s with %j is refused in AWS's words", (token, inputs, refusal) => {
  expect(() => aws.types.get(token)?.create(inputs, call)).toThrow(refusal);
});

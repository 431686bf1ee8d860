import { Network, type NetworkArgs } from "../../../infra/network.ts";
import { inputsOf, type Registered, register } from "./mocks.ts";

const args: NetworkArgs = {
  account: "123456789012",
  region: "eu-west-1",
  cidr: "10.0.0.0/16",
  zones: 3,
  natPerZone: true,
  containerPort: 8080,
  logRetentionDays: 30,
};
const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

let resources: Registered[];
let paths: string[];

beforeAll(async () => {
  resources = await register(() => {
    const network = new Network("prod-eu", args);
    paths = network.paths.map((resource) => (resource as unknown as { __name: string }).__name);
  });
});

/** Name, ports and the one source of every rule of a group. */
function rulesOf(type: string, group: string) {
  return resources
    .filter(({ type: other, inputs }) => other === type && inputs.securityGroupId === `id-prod-eu-${group}`)
    .map(({ inputs }) => {
      const { ipProtocol, fromPort, toPort, cidrIpv4, prefixListId, referencedSecurityGroupId } = inputs;
      const sources = [cidrIpv4, prefixListId, referencedSecurityGroupId].filter((source) => source !== undefined);
      return `${ipProtocol} ${fromPort}-${toPort} ${sources.join(" and ")}`;
    })
    .sort();
}

it("closes the VPC's default security group", () => {
  expect(inputsOf(resources, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "prod-eu-default")).toEqual({
    ...{ vpcId: "id-prod-eu", ingress: [], egress: [] },
  });
});

it("logs what its security groups refuse, by a role that its flow logs alone can take", () => {
  expect(inputsOf(resources, "aws:ec2/flowLog:FlowLog", "prod-eu-refused-traffic")).toMatchObject({
    ...{ vpcId: "id-prod-eu", trafficType: "REJECT" },
    logDestination: expect.stringContaining("prod-eu-refused-traffic"),
    iamRoleArn: expect.stringContaining("prod-eu-flow-logs"),
  });
  expect(inputsOf(resources, "aws:cloudwatch/logGroup:LogGroup", "prod-eu-refused-traffic")).toEqual({
    retentionInDays: 30,
  });
  const { assumeRolePolicy, permissionsBoundary } = inputsOf(resources, "aws:iam/role:Role", "prod-eu-flow-logs");
  expect(permissionsBoundary).toBe("arn:aws:iam::123456789012:policy/order-queue-boundary");
  expect(JSON.parse(assumeRolePolicy).Statement[0]).toMatchObject({
    Principal: { Service: "vpc-flow-logs.amazonaws.com" },
    Condition: { ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*" } },
  });
});

describe("what containers call of AWS", () => {
  it.each([
    ["ecr-api", "ecr.api"],
    ["ecr-dkr", "ecr.dkr"],
    ["logs", "logs"],
    ["secretsmanager", "secretsmanager"],
    ["sqs", "sqs"],
  ])("is reached at %s by its usual name, in every zone", (name, service) => {
    const { policy, ...rest } = inputsOf(resources, endpoint, `prod-eu-${name}`);
    const [own, token] = JSON.parse(policy).Statement;
    expect(own).toMatchObject({
      ...{ Effect: "Allow", Principal: "*", Resource: `arn:aws:${service.split(".")[0]}:eu-west-1:123456789012:*` },
      Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } },
    });
    expect(token?.Action).toEqual(service.startsWith("ecr") ? ["ecr:GetAuthorizationToken"] : undefined);
    expect(rest).toEqual({
      vpcId: "id-prod-eu",
      serviceName: `com.amazonaws.eu-west-1.${service}`,
      vpcEndpointType: "Interface",
      subnetIds: ["id-prod-eu-private-a", "id-prod-eu-private-b", "id-prod-eu-private-c"],
      securityGroupIds: ["id-prod-eu-endpoints"],
      privateDnsEnabled: true,
    });
  });

  it("is, of S3, the bucket of ECR's layers alone, from the private subnets", () => {
    const { policy, ...rest } = inputsOf(resources, endpoint, "prod-eu-s3");
    expect(rest).toEqual({
      vpcId: "id-prod-eu",
      serviceName: "com.amazonaws.eu-west-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["id-prod-eu-private-a", "id-prod-eu-private-b", "id-prod-eu-private-c"],
    });
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: "*",
        Action: ["s3:GetObject"],
        Resource: ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"],
      },
    ]);
  });

  it("is open to the containers alone", () => {
    expect(rulesOf(ingress, "endpoints")).toEqual([
      "tcp 443-443 id-prod-eu-canary",
      "tcp 443-443 id-prod-eu-dispatch",
      "tcp 443-443 id-prod-eu-ingest",
    ]);
    expect(rulesOf(egress, "endpoints")).toEqual([]);
  });

  it("is all that ingest may call: the internet it may not", () => {
    expect(rulesOf(egress, "ingest")).toEqual(["tcp 443-443 id-prod-eu-endpoints", "tcp 443-443 pl-prod-eu-s3"]);
  });

  it.each([
    ["the ERPs", "dispatch"],
    ["the public address of the region", "canary"],
  ])("is beside %s, over HTTPS, all that %s may call", (_whom, caller) => {
    expect(rulesOf(egress, caller)).toEqual([
      "tcp 443-443 0.0.0.0/0",
      "tcp 443-443 id-prod-eu-endpoints",
      "tcp 443-443 pl-prod-eu-s3",
    ]);
    expect(rulesOf(ingress, caller)).toEqual([]);
  });

  it("is there before any container starts", () => {
    for (const { name, type } of resources)
      if ([endpoint, egress, ingress].includes(type)) expect(paths).toContain(name);
  });
});

describe("a network", () => {
  it.each([
    [2, ["a", "b"]],
    [3, ["a", "b", "c"]],
  ])("of %i zones has subnets, a way out and a table of its own in each", async (zones, letters) => {
    const all = await register(() => new Network("prod-eu", { ...args, zones }));
    for (const letter of letters) {
      const zone = `eu-west-1${letter}`;
      for (const side of ["public", "private"])
        expect(inputsOf(all, "aws:ec2/subnet:Subnet", `prod-eu-${side}-${letter}`).availabilityZone).toBe(zone);
      expect(inputsOf(all, "aws:ec2/route:Route", `prod-eu-private-${letter}`).natGatewayId).toBe(
        `id-prod-eu-nat-${letter}`,
      );
    }
    expect(all.filter(({ type }) => type === "aws:ec2/subnet:Subnet").length).toBe(2 * zones);
    expect(all.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway").length).toBe(zones);
  });
});

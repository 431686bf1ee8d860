import type { Properties } from "../../../../../twin/core/store.ts";
import type { ResourceType } from "../../../../../twin/pulumi/define.ts";
import { check, diff } from "../../../../../twin/pulumi/plan.ts";
import { policy, target } from "../../../../../twin/services/application-autoscaling/resources.ts";
import { egressRule, securityGroup } from "../../../../../twin/services/ec2/security-groups.ts";
import { subnet } from "../../../../../twin/services/ec2/subnet.ts";
import { vpc } from "../../../../../twin/services/ec2/vpc.ts";
import { vpcEndpoint } from "../../../../../twin/services/ec2/vpc-endpoint.ts";
import { service as serviceType } from "../../../../../twin/services/ecs/service.ts";
import { taskDefinition } from "../../../../../twin/services/ecs/task-definition.ts";
import type { AwsCall } from "../../../../../twin/services/resources.ts";
import { topic } from "../../../../../twin/services/sns/resources.ts";
import {
  account,
  loadBalancer,
  put,
  region,
  service,
  startTestCloud,
  targetGroup,
} from "../../../../integration/twin/cloud.ts";

let test: Awaited<ReturnType<typeof startTestCloud>>;
let call: AwsCall;
const seed = new Uint8Array([1]);

beforeEach(async () => {
  test = await startTestCloud();
  call = { ...test.cloud, region, account, defaultTags: {}, name: "it", urn: "urn" };
});
afterEach(() => test.close());

/** Checks and creates as the provider does, and answers what is kept. */
async function create(type: ResourceType<AwsCall>, given: Properties): Promise<Properties> {
  const { inputs, problems } = check(type, given, {}, seed, call);
  expect(problems).toEqual([]);
  const { id, outputs } = await type.create(inputs, call);
  const all: Properties = { ...inputs, ...outputs, id };
  test.store.put({ type: type.token, id: type.key?.(all) ?? id, region, inputs, outputs: all });
  return all;
}

const refusal = (type: ResourceType<AwsCall>, given: Properties) =>
  create(type, given).then(
    () => "nothing was refused",
    (error: Error) => error.message,
  );

async function network(dns = true) {
  const { id: vpcId } = await create(vpc, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: dns });
  const { id: subnetId } = await create(subnet, { vpcId, cidrBlock: "10.0.0.0/24", availabilityZone: `${region}a` });
  const { id: groupId } = await create(securityGroup, { vpcId });
  const table = put(test.cloud, "aws:ec2/routeTable:RouteTable", "rtb-1", { vpcId });
  const gateway = { vpcId, serviceName: `com.amazonaws.${region}.s3`, routeTableIds: [table] };
  const face = {
    vpcId,
    serviceName: `com.amazonaws.${region}.sqs`,
    vpcEndpointType: "Interface",
    subnetIds: [subnetId],
    securityGroupIds: [groupId],
    privateDnsEnabled: true,
  };
  return { vpcId, subnetId, groupId, gateway, face };
}

describe("a security group", () => {
  const https = { protocol: "tcp", fromPort: 443, toPort: 443 };

  it("keeps rules inside itself in no order, and none of them beside rules of their own", async () => {
    const { vpcId, groupId } = await network();
    const ingress = [
      { ...https, securityGroups: [groupId] },
      { ...https, cidrBlocks: ["10.0.0.0/16"] },
    ];
    const made = await create(securityGroup, { vpcId, name: "inside", ingress });
    expect(diff(securityGroup, made, { ...made, ingress: [...ingress].reverse() }).changed).toEqual([]);
    const rule = { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "10.0.0.0/16" };
    const refused = (id: string) =>
      `the twin does not model rules of their own beside those inside security group ${id}`;
    expect(await refusal(egressRule, { ...rule, securityGroupId: made.id })).toBe(refused(made.id));
    await create(egressRule, { ...rule, securityGroupId: groupId });
    expect(() => securityGroup.update?.(groupId, {}, { vpcId, ingress }, call)).toThrow(refused(groupId));
    await expect(securityGroup.delete?.(groupId, {}, call)).rejects.toThrow(
      `resource ${groupId} has a dependent object`,
    );
  });

  it("names no group that does not exist", async () => {
    const { vpcId } = await network();
    const egress = [{ ...https, securityGroups: ["sg-gone"] }];
    expect(await refusal(securityGroup, { vpcId, name: "inside", egress })).toBe(
      "api error InvalidGroup.NotFound: The security group ID 'sg-gone' does not exist",
    );
  });
});

const definition = {
  family: "app",
  cpu: "256",
  memory: "512",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
};

it("a task definition has 65,536 bytes", async () => {
  const containers = (value: string) =>
    JSON.stringify([{ name: "app", image: "docker.io/app", environment: [{ name: "STORES", value }] }]);
  const made = await create(taskDefinition, { ...definition, containerDefinitions: containers("s".repeat(65_000)) });
  expect(made.revision).toBe(1);
  expect(
    await refusal(taskDefinition, { ...definition, containerDefinitions: containers("s".repeat(65_536)) }),
  ).toMatch(
    /^creating ECS Task Definition \(app\): api error ClientException: Actual length: '65\d{3}'\. Max allowed length is '65536' bytes\.$/,
  );
});

it("a task definition for Fargate names who pulls the image", async () => {
  const image = `${account}.dkr.ecr.${region}.amazonaws.com/app@sha256:0`;
  const containerDefinitions = JSON.stringify([{ name: "app", image }]);
  expect(await refusal(taskDefinition, { ...definition, containerDefinitions })).toBe(
    "creating ECS Task Definition (app): api error ClientException: Fargate requires task definition to have execution role ARN to support ECR images.",
  );
});

it("a topic is encrypted with no key of one's own", () => {
  const { problems } = check(topic, { name: "watch", kmsMasterKeyId: "alias/mine" }, {}, seed, call);
  expect(problems).toEqual([
    {
      property: "kmsMasterKeyId",
      reason: expect.stringContaining("the twin models alias/aws/sns, no key of one's own"),
    },
  ]);
});

describe("an endpoint", () => {
  it("is a gateway by default, with the region's prefix list that a rule may name", async () => {
    const { gateway, groupId } = await network();
    const made = await create(vpcEndpoint, gateway);
    expect(made).toMatchObject({ vpcEndpointType: "Gateway", state: "available", networkInterfaceIds: [] });
    expect(made.prefixListId).toMatch(/^pl-[0-9a-f]{8}$/);
    const rule = { securityGroupId: groupId, ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    await create(egressRule, { ...rule, prefixListId: made.prefixListId });
    expect(await refusal(egressRule, { ...rule, prefixListId: made.prefixListId })).toContain(
      `InvalidPermission.Duplicate: the specified rule "peer: ${made.prefixListId}, tcp`,
    );
    expect(await refusal(egressRule, { ...rule, prefixListId: "pl-00000000" })).toBe(
      "api error InvalidPrefixListID.NotFound: The prefix list ID 'pl-00000000' does not exist",
    );
  });

  it("as an interface holds its subnets and groups until it is gone", async () => {
    const { face, subnetId, groupId } = await network();
    const made = await create(vpcEndpoint, face);
    expect(made.networkInterfaceIds.length).toBe(1);
    const refused = [subnet.delete?.(subnetId, {}, call), securityGroup.delete?.(groupId, {}, call)];
    for (const deletion of refused) await expect(deletion).rejects.toThrow("DependencyViolation");
    const waiting = subnet.delete?.(subnetId, {}, call);
    test.store.remove(vpcEndpoint.token, made.id, region);
    await expect(waiting).resolves.toBeUndefined();
  });

  it("is refused where AWS would refuse it", async () => {
    const { gateway, face } = await network();
    await create(vpcEndpoint, gateway);
    await create(vpcEndpoint, face);
    expect(await refusal(vpcEndpoint, gateway)).toContain("RouteAlreadyExists: route table rtb-1 already has a route");
    expect(await refusal(vpcEndpoint, face)).toContain("already a conflicting DNS domain for sqs.ap-southeast-2");
    expect(await refusal(vpcEndpoint, { ...face, serviceName: "com.amazonaws.eu-west-1.sqs" })).toContain(
      "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.sqs' does not exist",
    );
    expect(await refusal(vpcEndpoint, { ...gateway, subnetIds: face.subnetIds })).toContain(
      "InvalidParameter: subnetIds is not supported for VPC endpoints of type Gateway",
    );
  });

  it("has no private DNS in a VPC without host names", async () => {
    const { face } = await network(false);
    expect(await refusal(vpcEndpoint, face)).toContain("Enabling private DNS requires both enableDnsSupport and");
  });

  it("is replaced with its service, and not with its subnets", () => {
    const olds = { vpcId: "vpc-1", serviceName: "a", subnetIds: ["x", "y"] };
    expect(diff(vpcEndpoint, olds, { ...olds, serviceName: "b" }).replaces).toEqual(["serviceName"]);
    expect(diff(vpcEndpoint, olds, { ...olds, subnetIds: ["x"] }).replaces).toEqual([]);
    expect(diff(vpcEndpoint, olds, { ...olds, subnetIds: ["y", "x"] }).changed).toEqual([]);
  });
});

const scaled = {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: "service/main/app",
};
const predefined = (resourceLabel: string) => ({
  ...scaled,
  policyType: "TargetTrackingScaling",
  targetTrackingScalingPolicyConfiguration: {
    targetValue: 1000,
    predefinedMetricSpecification: { predefinedMetricType: "ALBRequestCountPerTarget", resourceLabel },
  },
});

describe("a scalable target", () => {
  it("brings the service into its range at once, and keeps it there over an update that does not ask for another", async () => {
    const arn = service(test.cloud, "arn:definition");
    expect((await create(target, { ...scaled, minCapacity: 3, maxCapacity: 6 })).id).toBe("service/main/app");
    const desired = () => test.store.get(serviceType.token, arn, region)?.outputs.desiredCount;
    expect(desired()).toBe(3);
    put(test.cloud, "aws:ecs/taskDefinition:TaskDefinition", "arn:definition", {});
    const kept = test.store.get(serviceType.token, arn, region);
    if (!kept) throw new Error("The service is gone");
    test.store.put({ ...kept, inputs: { desiredCount: 1 } });
    const updated = (desiredCount: number) =>
      serviceType.update?.(arn, {}, { name: "app", desiredCount, taskDefinition: "arn:definition" }, call);
    expect(updated(1)).toEqual({ tagsAll: {}, desiredCount: 3 });
    expect(updated(5)).toEqual({ tagsAll: {} });
  });

  it("is refused without its service, and with a most below its least", async () => {
    expect(await refusal(target, { ...scaled, minCapacity: 1, maxCapacity: 2 })).toBe(
      "registering Application AutoScaling Target (service/main/app): api error ValidationException: " +
        "ECS service doesn't exist: service/main/app",
    );
    service(test.cloud, "arn:definition");
    expect(await refusal(target, { ...scaled, minCapacity: 3, maxCapacity: 2 })).toContain(
      "Maximum capacity cannot be less than minimum capacity",
    );
  });
});

describe("a scaling policy", () => {
  it("that does not say its type would be one that steps, which is refused by name", () => {
    const { policyType: _, ...given } = predefined("label");
    expect(check(policy, given, {}, seed, call).problems).toEqual([
      {
        property: "policyType",
        reason:
          "the twin does not model StepScaling (the provider's default is StepScaling); it models TargetTrackingScaling",
      },
    ]);
  });

  it("needs its target, its block, and a load balancer and target group that are there", async () => {
    loadBalancer(test.cloud);
    targetGroup(test.cloud, "app");
    const label = "app/front/1/targetgroup/app/1";
    expect(await refusal(policy, predefined(label))).toContain(
      "ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/main/app",
    );
    service(test.cloud, "arn:definition");
    await create(target, { ...scaled, minCapacity: 1, maxCapacity: 2 });
    expect(await refusal(policy, { ...scaled, policyType: "TargetTrackingScaling" })).toContain(
      "TargetTrackingScalingPolicyConfiguration must be specified",
    );
    expect(await refusal(policy, predefined("app/front/1/targetgroup/other/1"))).toContain(
      "The resource label app/front/1/targetgroup/other/1 names no load balancer and target group",
    );
    const made = await create(policy, predefined(label));
    expect(made.id).toMatch(/^it-[0-9a-f]{7}$/);
    await target.delete?.("service/main/app", {}, call);
    expect(test.store.list(policy.token, region)).toEqual([]);
  }, 20_000);

  it("is replaced with its name or service, and changed in place otherwise", () => {
    const olds = { ...predefined("label"), name: "it-1234567", __defaults: ["name"] };
    const { replaces, changed } = diff(policy, olds, {
      ...predefined("other"),
      name: "it-1234567",
      __defaults: ["name"],
    });
    expect([changed, replaces]).toEqual([["targetTrackingScalingPolicyConfiguration"], []]);
    expect(diff(policy, olds, { ...olds, resourceId: "service/main/other" }).replaces).toEqual(["resourceId"]);
  });
});

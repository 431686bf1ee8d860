import { diff } from "../../../../../twin/pulumi/plan.ts";
import { egressRule, securityGroup } from "../../../../../twin/services/ec2/security-groups.ts";
import { subnet } from "../../../../../twin/services/ec2/subnet.ts";
import { vpcEndpoint } from "../../../../../twin/services/ec2/vpc-endpoint.ts";
import { region } from "../../../../integration/twin/cloud.ts";
import { Provider } from "../provider.ts";
import { network } from "./network.ts";

const provider = new Provider();

describe("an endpoint", () => {
  it("is a gateway by default, with the region's prefix list that a rule may name", async () => {
    const { gateway, groupId } = await network(provider);
    const made = await provider.create(vpcEndpoint, gateway);
    expect(made).toMatchObject({ vpcEndpointType: "Gateway", state: "available", networkInterfaceIds: [] });
    expect(made.prefixListId).toMatch(/^pl-[0-9a-f]{8}$/);
    const rule = { securityGroupId: groupId, ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    await provider.create(egressRule, { ...rule, prefixListId: made.prefixListId });
    expect(await provider.refusal(egressRule, { ...rule, prefixListId: made.prefixListId })).toContain(
      `InvalidPermission.Duplicate: the specified rule "peer: ${made.prefixListId}, tcp`,
    );
    expect(await provider.refusal(egressRule, { ...rule, prefixListId: "pl-00000000" })).toBe(
      "api error InvalidPrefixListID.NotFound: The prefix list ID 'pl-00000000' does not exist",
    );
  });

  it("as an interface holds its subnets and groups until it is gone", async () => {
    const { face, subnetId, groupId } = await network(provider);
    const made = await provider.create(vpcEndpoint, face);
    expect(made.networkInterfaceIds.length).toBe(1);
    const refused = [subnet.delete?.(subnetId, {}, provider.call), securityGroup.delete?.(groupId, {}, provider.call)];
    for (const deletion of refused) await expect(deletion).rejects.toThrow("DependencyViolation");
    const waiting = subnet.delete?.(subnetId, {}, provider.call);
    provider.cloud.store.remove(vpcEndpoint.token, made.id, region);
    await expect(waiting).resolves.toBeUndefined();
  });

  it("is refused where AWS would refuse it", async () => {
    const { gateway, face } = await network(provider);
    await provider.create(vpcEndpoint, gateway);
    await provider.create(vpcEndpoint, face);
    expect(await provider.refusal(vpcEndpoint, gateway)).toContain(
      "RouteAlreadyExists: route table rtb-1 already has a route",
    );
    expect(await provider.refusal(vpcEndpoint, face)).toContain(
      "already a conflicting DNS domain for sqs.ap-southeast-2",
    );
    expect(await provider.refusal(vpcEndpoint, { ...face, serviceName: "com.amazonaws.eu-west-1.sqs" })).toContain(
      "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.sqs' does not exist",
    );
    expect(await provider.refusal(vpcEndpoint, { ...gateway, subnetIds: face.subnetIds })).toContain(
      "InvalidParameter: subnetIds is not supported for VPC endpoints of type Gateway",
    );
  });

  it("has no private DNS in a VPC without host names", async () => {
    const { face } = await network(provider, false);
    expect(await provider.refusal(vpcEndpoint, face)).toContain(
      "Enabling private DNS requires both enableDnsSupport and",
    );
  });

  it("is replaced with its service, and not with its subnets", () => {
    const olds = { vpcId: "vpc-1", serviceName: "a", subnetIds: ["x", "y"] };
    expect(diff(vpcEndpoint, olds, { ...olds, serviceName: "b" }).replaces).toEqual(["serviceName"]);
    expect(diff(vpcEndpoint, olds, { ...olds, subnetIds: ["x"] }).replaces).toEqual([]);
    expect(diff(vpcEndpoint, olds, { ...olds, subnetIds: ["y", "x"] }).changed).toEqual([]);
  });
});

import { diff } from "../../../../../twin/pulumi/plan.ts";
import { egressRule, securityGroup } from "../../../../../twin/services/ec2/security-groups.ts";
import { Provider } from "../provider.ts";
import { network } from "./network.ts";

const provider = new Provider();

describe("a security group", () => {
  const https = { protocol: "tcp", fromPort: 443, toPort: 443 };

  it("keeps rules inside itself in no order, and none of them beside rules of their own", async () => {
    const { vpcId, groupId } = await network(provider);
    const ingress = [
      { ...https, securityGroups: [groupId] },
      { ...https, cidrBlocks: ["10.0.0.0/16"] },
    ];
    const made = await provider.create(securityGroup, { vpcId, name: "inside", ingress });
    expect(diff(securityGroup, made, { ...made, ingress: [...ingress].reverse() }).changed).toEqual([]);
    const rule = { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "10.0.0.0/16" };
    const refused = (id: string) =>
      `the twin does not model rules of their own beside those inside security group ${id}`;
    expect(await provider.refusal(egressRule, { ...rule, securityGroupId: made.id })).toBe(refused(made.id));
    await provider.create(egressRule, { ...rule, securityGroupId: groupId });
    expect(() => securityGroup.update?.(groupId, {}, { vpcId, ingress }, provider.call)).toThrow(refused(groupId));
    await expect(securityGroup.delete?.(groupId, {}, provider.call)).rejects.toThrow(
      `resource ${groupId} has a dependent object`,
    );
  });

  it("names no group that does not exist", async () => {
    const { vpcId } = await network(provider);
    const egress = [{ ...https, securityGroups: ["sg-gone"] }];
    expect(await provider.refusal(securityGroup, { vpcId, name: "inside", egress })).toBe(
      "api error InvalidGroup.NotFound: The security group ID 'sg-gone' does not exist",
    );
  });
});

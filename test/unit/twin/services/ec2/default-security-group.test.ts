import { defaultSecurityGroup, takenOver } from "../../../../../twin/services/ec2/default-security-group.ts";
import { vpc } from "../../../../../twin/services/ec2/vpc.ts";
import { region } from "../../../../integration/twin/cloud.ts";
import { Provider } from "../provider.ts";

const provider = new Provider();

describe("the default security group of a VPC", () => {
  it("is the group that AWS made, and stays closed after the program has given it up", async () => {
    const made = await provider.create(vpc, { cidrBlock: "10.0.0.0/16" });
    const { store } = provider.cloud;
    const look = { list: (token: string) => store.list(token, region) };
    expect(takenOver(look, made.defaultSecurityGroupId, "egress")).toBeUndefined();
    const group = await provider.create(defaultSecurityGroup, { vpcId: made.id, ingress: [], egress: [] });
    expect(group).toMatchObject({ id: made.defaultSecurityGroupId, name: "default" });
    expect(takenOver(look, group.id, "egress")).toEqual([]);
    await defaultSecurityGroup.delete?.(group.id, group, provider.call);
    store.remove(defaultSecurityGroup.token, group.id, region);
    expect(takenOver(look, group.id, "egress")).toEqual([]);
  });

  it("is there only where its VPC is", async () => {
    expect(await provider.refusal(defaultSecurityGroup, { vpcId: "vpc-gone" })).toBe(
      "api error InvalidVpcID.NotFound: The vpc ID 'vpc-gone' does not exist",
    );
  });
});

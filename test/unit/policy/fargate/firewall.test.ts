import { associationIsDeletedFirst, loadBalancerHasFirewall } from "../../../../policy/fargate/firewall.ts";
import { cases, resource, stackCases } from "../cases.ts";

const balancer = resource("aws:lb/loadBalancer:LoadBalancer", "front");
const other = resource("aws:lb/loadBalancer:LoadBalancer", "lb2-front");
const acl = resource("aws:wafv2/webAcl:WebAcl", "firewall");
const associated = (of: typeof balancer, ...webAclArn: (typeof acl)[]) =>
  resource("aws:wafv2/webAclAssociation:WebAclAssociation", "front", {}, { refers: { resourceArn: [of], webAclArn } });
const missing = "associate the stack's web ACL with it (aws.wafv2.WebAclAssociation)";

stackCases(loadBalancerHasFirewall, {
  "fails if a further load balancer has none": [
    [balancer, other, associated(balancer, acl)],
    [`lb2-front: ${missing}`],
  ],
  "fails if it is associated with a web ACL that is not the stack's": [
    [balancer, associated(balancer)],
    [`front: ${missing}`],
  ],
  "passes if each has one": [[balancer, associated(balancer, acl)], []],
});

const association = (deleteBeforeReplace: boolean) =>
  resource("aws:wafv2/webAclAssociation:WebAclAssociation", "front", {}, { opts: { deleteBeforeReplace } });

cases(associationIsDeletedFirst, {
  "fails if its replacement comes first": [
    association(false),
    ["set deleteBeforeReplace in its options (pulumi/pulumi-aws#4782)"],
  ],
  "passes if it is deleted first": [association(true), []],
});

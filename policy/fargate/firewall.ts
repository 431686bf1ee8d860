/** The firewall in front of the load balancers. */
import { resourceRule, stackRule } from "../rule.ts";
import { intersects } from "../stack.ts";

export const loadBalancerHasFirewall = stackRule({
  name: "firewall-of-load-balancer",
  description: "A web ACL of AWS WAF is associated with every load balancer.",
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: (balancer, report, stack) => {
    const associated = stack
      .all("aws:wafv2/webAclAssociation:WebAclAssociation")
      .filter((one) => one.refersTo("webAclArn", "aws:wafv2/webAcl:WebAcl").length > 0)
      .some((one) => intersects(one.refersTo("resourceArn", "aws:lb/loadBalancer:LoadBalancer"), [balancer]));
    if (!associated) report("associate the stack's web ACL with it (aws.wafv2.WebAclAssociation)");
  },
});

export const associationIsDeletedFirst = resourceRule({
  name: "firewall-association-is-deleted-first",
  description:
    "A web ACL's association is deleted before its replacement: its delete ends whatever the load balancer has.",
  on: "aws:wafv2/webAclAssociation:WebAclAssociation",
  check: (_props, report, { opts }) => {
    if (!opts.deleteBeforeReplace) report("set deleteBeforeReplace in its options (pulumi/pulumi-aws#4782)");
  },
});

/** The calls of load balancers, certificates and DNS. */
import { type Calls, calls } from "./calls.ts";

const elb = "elasticloadbalancing";
const balancer = "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/1";
const tags = "AddTags RemoveTags";

export const traffic: Calls = {
  "aws:lb/loadBalancer:LoadBalancer": calls(
    elb,
    balancer,
    "elbv2/load_balancer.go; AWS::ElasticLoadBalancingV2::LoadBalancer",
    {
      read: "DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeCapacityReservation DescribeTags",
      // ELB asks EC2 for these in the caller's name (kubernetes-sigs/aws-load-balancer-controller#3917).
      create:
        "CreateLoadBalancer AddTags ModifyLoadBalancerAttributes ec2:GetSecurityGroupsForVpc ec2:DescribeAccountAttributes",
      update: `ModifyLoadBalancerAttributes SetSubnets SetSecurityGroups SetIpAddressType ec2:GetSecurityGroupsForVpc ${tags}`,
      delete: "DeleteLoadBalancer",
    },
  ),
  "aws:lb/targetGroup:TargetGroup": calls(
    elb,
    "arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/1",
    "elbv2/target_group.go",
    {
      read: "DescribeTargetGroups DescribeTargetGroupAttributes DescribeTags",
      create: "CreateTargetGroup AddTags ModifyTargetGroupAttributes",
      update: `ModifyTargetGroup ModifyTargetGroupAttributes ${tags}`,
      delete: "DeleteTargetGroup",
    },
  ),
  "aws:lb/listener:Listener": calls(elb, "{loadBalancerArn}", "elbv2/listener.go", {
    read: "DescribeListeners DescribeListenerAttributes DescribeTags",
    create: "CreateListener AddTags ModifyListenerAttributes",
    update: `ModifyListener ModifyListenerAttributes ${tags}`,
    delete: "DeleteListener",
  }),
  "aws:lb/listenerCertificate:ListenerCertificate": calls(elb, "{listenerArn}", "elbv2/listener_certificate.go", {
    read: "DescribeListenerCertificates",
    create: "AddListenerCertificates",
    delete: "RemoveListenerCertificates",
  }),
  "aws:lb/listenerRule:ListenerRule": calls(elb, "{listenerArn}", "elbv2/listener_rule.go", {
    read: "DescribeRules DescribeTags",
    create: "CreateRule AddTags",
    update: `ModifyRule SetRulePriorities ${tags}`,
    delete: "DeleteRule",
  }),
  "aws:wafv2/webAcl:WebAcl": calls(
    "wafv2",
    "arn:aws:wafv2:{region}:{account}:regional/webacl/{name}/1",
    "wafv2/web_acl.go; AWS::WAFv2::WebACL",
    {
      read: "GetWebACL ListTagsForResource",
      create: "CreateWebACL TagResource",
      update: "UpdateWebACL TagResource UntagResource",
      delete: "DeleteWebACL",
    },
  ),
  // AWS judges an association at the load balancer too.
  "aws:wafv2/webAclAssociation:WebAclAssociation": calls(
    "wafv2",
    "{resourceArn}",
    "wafv2/web_acl_association.go; AWS::WAFv2::WebACLAssociation",
    {
      read: "GetWebACLForResource",
      create: "AssociateWebACL elasticloadbalancing:SetWebACL",
      delete: "DisassociateWebACL elasticloadbalancing:SetWebACL",
    },
  ),
  "aws:acm/certificate:Certificate": calls(
    "acm",
    "arn:aws:acm:{region}:{account}:certificate/1",
    "acm/certificate.go",
    {
      read: "DescribeCertificate ListTagsForCertificate",
      create: "RequestCertificate AddTagsToCertificate",
      update: "AddTagsToCertificate RemoveTagsFromCertificate",
      delete: "DeleteCertificate",
    },
  ),
  "aws:acm/certificateValidation:CertificateValidation": calls(
    "acm",
    "{certificateArn}",
    "acm/certificate_validation.go",
    { read: "DescribeCertificate" },
  ),
  "aws:acm/getCertificate:getCertificate": calls(
    "acm",
    "arn:aws:acm:{region}:{account}:certificate/1",
    "acm/certificate_data_source.go",
    { read: "ListCertificates DescribeCertificate GetCertificate ListTagsForCertificate" },
  ),
  "aws:route53/record:Record": calls("route53", "arn:aws:route53:::hostedzone/{zoneId}", "route53/record.go", {
    read: "GetHostedZone ListResourceRecordSets",
    create: "ChangeResourceRecordSets GetChange",
    update: "ChangeResourceRecordSets GetChange",
    delete: "ChangeResourceRecordSets GetChange",
  }),
  "aws:route53/getZone:getZone": calls("route53", "arn:aws:route53:::hostedzone/1", "route53/zone_data_source.go", {
    read: "ListHostedZones ListHostedZonesByName GetHostedZone ListTagsForResource",
  }),
};

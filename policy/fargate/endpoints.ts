/** VPC endpoints let the containers in, and what they fetch. */

import { resourceRule, stackRule } from "../rule.ts";
import { intersects } from "../stack.ts";
import { parse } from "../types.ts";
import { allowsPort, groupsOf, peersOf, rulesOf } from "./network.ts";

/** Private DNS leads every call of the service's usual name there: who is not let in has no other way. */
export const endpointLetsContainersIn = stackRule({
  name: "endpoint-lets-containers-in",
  description:
    "Every interface endpoint lets every service's containers in on port 443, and their groups let them out.",
  on: "aws:ec2/vpcEndpoint:VpcEndpoint",
  check: (endpoint, report, stack) => {
    if (endpoint.props.vpcEndpointType !== "Interface") return;
    const endpointGroups = endpoint.refersTo("securityGroupIds", "aws:ec2/securityGroup:SecurityGroup");
    for (const service of stack.all("aws:ecs/service:Service")) {
      const containers = groupsOf(service);
      const ingressAllowed = endpointGroups.some((endpointGroup) =>
        rulesOf(endpointGroup, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", stack).some(
          (rule) => allowsPort(rule.props, 443) && intersects(peersOf(rule), containers),
        ),
      );
      if (!ingressAllowed) report(`none of its groups lets the containers of ${service.name} in on port 443`);
      const egressAllowed = containers.some((group) =>
        rulesOf(group, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", stack).some(
          (rule) =>
            allowsPort(rule.props, 443) &&
            (rule.props.cidrIpv4 === "0.0.0.0/0" || intersects(peersOf(rule), endpointGroups)),
        ),
      );
      if (!egressAllowed) report(`no rule lets the containers of ${service.name} out to it on port 443`);
    }
  },
});

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}

/** Layers are fetched by URLs that ECR signs (ECR user guide, "Amazon ECR interface VPC endpoints", S3 gateway). */
export const s3EndpointAllowsImageLayers = resourceRule({
  name: "endpoint-lets-layers-pass",
  description:
    "The S3 endpoint lets every principal read ECR's bucket of layers: ECR fetches them, not a role of the account.",
  on: "aws:ec2/vpcEndpoint:VpcEndpoint",
  check: ({ serviceName = "", policy }, report) => {
    if (!serviceName.endsWith(".s3") || policy === undefined) return;
    const { Statement = [] } = parse<{ Statement?: Statement | readonly Statement[] }>(policy);
    if (![Statement].flat().some(letsLayersPass)) {
      report(
        'allow s3:GetObject on arn:aws:s3:::prod-REGION-starport-layer-bucket/* to Principal "*", without a condition',
      );
    }
  },
});

function letsLayersPass({ Effect, Principal, Action = [], Resource = [], Condition }: Statement): boolean {
  const anyPrincipal = Principal === "*" || (Principal as { AWS?: unknown } | undefined)?.AWS === "*";
  const reads = [Action].flat().some((action) => ["*", "s3:*", "s3:Get*", "s3:GetObject"].includes(action));
  const layers = [Resource].flat().some((arn) => arn === "*" || /starport-layer-bucket\/\*$/.test(arn));
  return Effect === "Allow" && anyPrincipal && reads && layers && Condition === undefined;
}

import type { PolicyResource } from "@pulumi/policy";
import { endpointLetsContainersIn, s3EndpointAllowsImageLayers } from "../../../../policy/fargate/endpoints.ts";
import { cases, resource, stackCases } from "../cases.ts";

const group = (name: string) => resource("aws:ec2/securityGroup:SecurityGroup", name);
const [door, ingest] = [group("door"), group("ingest")];
const service = resource("aws:ecs/service:Service", "ingest", {}, { refers: { networkConfiguration: [ingest] } });
const logs = (of: PolicyResource) =>
  resource(
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "logs",
    { vpcEndpointType: "Interface" },
    { refers: { securityGroupIds: [of] } },
  );
const types = {
  Ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  Egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
} as const;
const rule = (way: keyof typeof types, of: PolicyResource, peer: PolicyResource, port = 443) =>
  resource(
    types[way],
    `${way} ${of.name}`,
    { ipProtocol: "tcp", fromPort: port, toPort: port },
    { refers: { securityGroupId: [of], referencedSecurityGroupId: [peer] } },
  );

stackCases(endpointLetsContainersIn, {
  "fails if its group lets no container in": [
    [logs(ingest), service, ingest, door, rule("Ingress", door, ingest), rule("Egress", ingest, door)],
    [
      "logs: none of its groups lets the containers of ingest in on port 443",
      "logs: no rule lets the containers of ingest out to it on port 443",
    ],
  ],
  "fails if the containers may not get out": [
    [logs(door), service, ingest, door, rule("Ingress", door, ingest)],
    ["logs: no rule lets the containers of ingest out to it on port 443"],
  ],
  "fails if another port is open": [
    [logs(door), service, ingest, door, rule("Ingress", door, ingest, 80), rule("Egress", ingest, door)],
    ["logs: none of its groups lets the containers of ingest in on port 443"],
  ],
  "passes if both let each other's packets pass": [
    [logs(door), service, ingest, door, rule("Ingress", door, ingest), rule("Egress", ingest, door)],
    [],
  ],
});

const s3 = (statement?: object) =>
  resource("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", {
    serviceName: "com.amazonaws.eu-west-1.s3",
    vpcEndpointType: "Gateway",
    ...(statement && {
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] }),
    }),
  });
const layers = {
  Principal: "*",
  Action: ["s3:GetObject"],
  Resource: ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"],
};
const problem = [
  'allow s3:GetObject on arn:aws:s3:::prod-REGION-starport-layer-bucket/* to Principal "*", without a condition',
];

cases(s3EndpointAllowsImageLayers, {
  "fails if only this account's principals may": [
    s3({ ...layers, Principal: { AWS: "arn:aws:iam::123456789012:root" } }),
    problem,
  ],
  "fails if only other buckets are open": [s3({ ...layers, Resource: "arn:aws:s3:::mine/*" }), problem],
  "fails if there is a condition": [
    s3({ ...layers, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }),
    problem,
  ],
  "passes if every principal may read the layers": [s3(layers), []],
  "passes if it has no policy, which lets everything through": [s3(), []],
});

/**
 * The doors to AWS's own services: what the containers call of AWS never leaves the network, and does not depend on NAT.
 * Sources: ECR user guide, "Amazon ECR interface VPC endpoints" (which endpoints a Fargate task needs, which bucket
 * holds the layers); VPC user guide, "AWS PrivateLink".
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface EndpointsArgs {
  /** AWS account, 12 digits: no other account's role or resource passes. */
  readonly account: string;
  /** AWS region; the services are named after it. */
  readonly region: string;
  readonly vpcId: pulumi.Output<string>;
  /** One a zone: an endpoint has a network interface in each. */
  readonly subnetIds: pulumi.Output<string>[];
  /** Tables of the same subnets: S3's gateway is a route. */
  readonly routeTableIds: pulumi.Output<string>[];
  /** Security groups that may call, by what they are for; no other may. */
  readonly callers: Readonly<Record<string, pulumi.Output<string>>>;
}

const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** Pulling the image, writing logs, orders, and the ERPs' credentials: what passes each endpoint (infra/roles.ts). */
const services: Readonly<Record<string, readonly string[]>> = {
  "ecr.api": pull,
  "ecr.dkr": pull,
  logs: ["logs:CreateLogStream", "logs:PutLogEvents"],
  secretsmanager: ["secretsmanager:GetSecretValue"],
  sqs: [
    ...["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    "sqs:SendMessage",
  ],
};

const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

/** The endpoints of AWS's services in the network, and the rules that let containers reach them. */
export class Endpoints extends pulumi.ComponentResource {
  /** What must exist before a container can reach AWS: the endpoints, and the rules that let it. */
  readonly paths: pulumi.Resource[];

  constructor(name: string, args: EndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Endpoints", name, {}, opts);

    const group = createGroup(name, args, this);
    const layers = createLayersEndpoint(name, args, this);
    const endpoints = Object.keys(services).map((service) => createInterface(name, service, args, group, this));
    const rules = Object.entries(args.callers).flatMap(([caller, callerId]) => [
      ...openTo(name, caller, callerId, group, this),
      openLayersTo(name, caller, callerId, layers, this),
    ]);

    this.paths = [layers, ...endpoints, ...rules];
    this.registerOutputs();
  }
}

/** Named by its callers' rules and naming them: without `revokeRulesOnDelete` neither could be deleted. */
function createGroup(name: string, { vpcId }: EndpointsArgs, parent: Endpoints): aws.ec2.SecurityGroup {
  const description = "Endpoints of AWS services: HTTPS from the containers alone";
  return new aws.ec2.SecurityGroup(`${name}-endpoints`, { vpcId, description, revokeRulesOnDelete: true }, { parent });
}

/** ECR keeps layers in a bucket of its own in each region; nothing else is to be had through this door. */
function createLayersEndpoint(name: string, args: EndpointsArgs, parent: Endpoints): aws.ec2.VpcEndpoint {
  const { region, vpcId, routeTableIds } = args;
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        // Layers are fetched by URLs that ECR has signed: the caller is no role of this account.
        Principal: "*",
        Action: ["s3:GetObject"],
        Resource: [`arn:aws:s3:::prod-${region}-starport-layer-bucket/*`],
      },
    ],
  });
  return new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    { vpcId, serviceName: serviceName(region, "s3"), vpcEndpointType: "Gateway", routeTableIds, policy },
    { parent },
  );
}

/** With private DNS the service's usual name leads here: the containers need not know of it. */
function createInterface(
  name: string,
  service: string,
  { account, region, vpcId, subnetIds }: EndpointsArgs,
  group: aws.ec2.SecurityGroup,
  parent: Endpoints,
): aws.ec2.VpcEndpoint {
  return new aws.ec2.VpcEndpoint(
    `${name}-${service.replace(".", "-")}`,
    {
      vpcId,
      serviceName: serviceName(region, service),
      vpcEndpointType: "Interface",
      subnetIds,
      securityGroupIds: [group.id],
      privateDnsEnabled: true,
      policy: policyOf(service, { account, region }),
    },
    { parent },
  );
}

/**
 * This account's roles, on this account's resources: credentials of another account that are brought into a container reach
 * nothing, and no order leaves for another account's queue. By a condition, since an account as Principal is its root user
 * alone (PrivateLink guide, "Control access to VPC endpoints using endpoint policies").
 */
export function policyOf(service: string, { account, region }: Pick<EndpointsArgs, "account" | "region">): string {
  const [prefix] = service.split(".");
  const ours = {
    ...{ Effect: "Allow", Principal: "*" },
    Condition: { StringEquals: { "aws:PrincipalAccount": account } },
  };
  // The registry's token is of no resource (service authorization reference, Amazon ECR).
  const token = { ...ours, Action: ["ecr:GetAuthorizationToken"], Resource: "*" };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { ...ours, Action: services[service], Resource: `arn:aws:${prefix}:${region}:${account}:*` },
      ...(prefix === "ecr" ? [token] : []),
    ],
  });
}

function serviceName(region: string, service: string): string {
  return `com.amazonaws.${region}.${service}`;
}

function openTo(
  name: string,
  caller: string,
  callerId: pulumi.Output<string>,
  group: aws.ec2.SecurityGroup,
  parent: Endpoints,
): pulumi.Resource[] {
  const { SecurityGroupIngressRule, SecurityGroupEgressRule } = aws.vpc;
  return [
    new SecurityGroupIngressRule(
      `${name}-endpoints-${caller}`,
      {
        securityGroupId: group.id,
        ...https,
        referencedSecurityGroupId: callerId,
        description: `From the ${caller} containers`,
      },
      { parent },
    ),
    new SecurityGroupEgressRule(
      `${name}-${caller}-endpoints`,
      {
        securityGroupId: callerId,
        ...https,
        referencedSecurityGroupId: group.id,
        description: "To the endpoints of AWS services",
      },
      { parent },
    ),
  ];
}

/** S3's gateway has no security group: its addresses are AWS's prefix list. */
function openLayersTo(
  name: string,
  caller: string,
  callerId: pulumi.Output<string>,
  { prefixListId }: aws.ec2.VpcEndpoint,
  parent: Endpoints,
): pulumi.Resource {
  return new aws.vpc.SecurityGroupEgressRule(
    `${name}-${caller}-s3`,
    { securityGroupId: callerId, ...https, prefixListId, description: "To the layers of the image in S3" },
    { parent },
  );
}

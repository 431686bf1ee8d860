import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as cdk from "aws-cdk-lib/core";
import { Construct } from "constructs";

export interface EndpointsProps {
  readonly vpc: ec2.Vpc;
  /** By what they are for; nobody else may call. */
  readonly callers: Readonly<Record<string, ec2.SecurityGroup>>;
}

const services = {
  EcrApi: ec2.InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Sqs: ec2.InterfaceVpcEndpointAwsService.SQS,
};

const subnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
const https = ec2.Port.tcp(443);

export class Endpoints extends Construct {
  constructor(scope: Construct, id: string, { vpc, callers }: EndpointsProps) {
    super(scope, id);
    const group = new ec2.SecurityGroup(this, "Group", {
      vpc,
      description: "Endpoints of AWS services: HTTPS from the containers alone",
      allowAllOutbound: false,
      disableInlineRules: true,
    });
    this.createLayersEndpoint(vpc);
    for (const [service, name] of Object.entries(services)) this.createInterface(service, name, vpc, group);
    const layers = this.findLayersAddresses();
    for (const [caller, callerGroup] of Object.entries(callers)) {
      callerGroup.connections.allowTo(group, https, `${caller} containers to the endpoints of AWS services`);
      callerGroup.addEgressRule(layers, https, "To the image's layers in S3");
    }
  }

  private createLayersEndpoint(vpc: ec2.Vpc): void {
    const endpoint = new ec2.GatewayVpcEndpoint(this, "S3", {
      vpc,
      service: ec2.GatewayVpcEndpointAwsService.S3,
      subnets: [subnets],
    });
    endpoint.addToPolicy(
      new iam.PolicyStatement({
        principals: [new iam.AnyPrincipal()],
        actions: ["s3:GetObject"],
        resources: [`arn:aws:s3:::prod-${cdk.Stack.of(this).region}-starport-layer-bucket/*`],
      }),
    );
  }

  private createInterface(
    id: string,
    service: ec2.IInterfaceVpcEndpointService,
    vpc: ec2.Vpc,
    group: ec2.SecurityGroup,
  ): void {
    new ec2.InterfaceVpcEndpoint(this, id, { vpc, service, subnets, securityGroups: [group], open: false });
  }

  /** CloudFormation does not tell a gateway's prefix list. What a lookup would find is in cdk.context.json. */
  private findLayersAddresses(): ec2.IPeer {
    const prefixListName = `com.amazonaws.${cdk.Stack.of(this).region}.s3`;
    return ec2.PrefixList.fromLookup(this, "S3Addresses", { prefixListName, ownerId: "AWS" });
  }
}

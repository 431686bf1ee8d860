/**
 * The types of resources that rules are about, and their inputs. Types alone: the pack does not load the AWS SDK of
 * Pulumi, which would cost each preview a second.
 */
import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import type * as tls from "@pulumi/tls";

interface Args {
  "aws:acm/certificate:Certificate": aws.acm.CertificateArgs;
  "aws:acm/certificateValidation:CertificateValidation": aws.acm.CertificateValidationArgs;
  "aws:appautoscaling/policy:Policy": aws.appautoscaling.PolicyArgs;
  "aws:appautoscaling/target:Target": aws.appautoscaling.TargetArgs;
  "aws:cloudwatch/dashboard:Dashboard": aws.cloudwatch.DashboardArgs;
  "aws:cloudwatch/eventRule:EventRule": aws.cloudwatch.EventRuleArgs;
  "aws:cloudwatch/eventTarget:EventTarget": aws.cloudwatch.EventTargetArgs;
  "aws:cloudwatch/logGroup:LogGroup": aws.cloudwatch.LogGroupArgs;
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": aws.cloudwatch.LogMetricFilterArgs;
  "aws:cloudwatch/metricAlarm:MetricAlarm": aws.cloudwatch.MetricAlarmArgs;
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": aws.ec2.DefaultSecurityGroupArgs;
  "aws:ec2/flowLog:FlowLog": aws.ec2.FlowLogArgs;
  "aws:ec2/internetGateway:InternetGateway": aws.ec2.InternetGatewayArgs;
  "aws:ec2/route:Route": aws.ec2.RouteArgs;
  "aws:ec2/routeTable:RouteTable": aws.ec2.RouteTableArgs;
  "aws:ec2/routeTableAssociation:RouteTableAssociation": aws.ec2.RouteTableAssociationArgs;
  "aws:ec2/securityGroup:SecurityGroup": aws.ec2.SecurityGroupArgs;
  "aws:ec2/securityGroupRule:SecurityGroupRule": aws.ec2.SecurityGroupRuleArgs;
  "aws:ec2/vpc:Vpc": aws.ec2.VpcArgs;
  "aws:ec2/subnet:Subnet": aws.ec2.SubnetArgs;
  "aws:ec2/natGateway:NatGateway": aws.ec2.NatGatewayArgs;
  "aws:ec2/vpcEndpoint:VpcEndpoint": aws.ec2.VpcEndpointArgs;
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": aws.ecr.LifecyclePolicyArgs;
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": aws.ecr.ReplicationConfigurationArgs;
  "aws:ecr/repository:Repository": aws.ecr.RepositoryArgs;
  "aws:ecs/cluster:Cluster": aws.ecs.ClusterArgs;
  "aws:ecs/service:Service": aws.ecs.ServiceArgs;
  "aws:ecs/taskDefinition:TaskDefinition": aws.ecs.TaskDefinitionArgs;
  "aws:iam/policyAttachment:PolicyAttachment": aws.iam.PolicyAttachmentArgs;
  "aws:iam/policy:Policy": aws.iam.PolicyArgs;
  "aws:iam/role:Role": aws.iam.RoleArgs;
  "aws:iam/rolePolicy:RolePolicy": aws.iam.RolePolicyArgs;
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": aws.iam.RolePolicyAttachmentArgs;
  "aws:lb/listener:Listener": aws.lb.ListenerArgs;
  "aws:lb/listenerCertificate:ListenerCertificate": aws.lb.ListenerCertificateArgs;
  "aws:lb/listenerRule:ListenerRule": aws.lb.ListenerRuleArgs;
  "aws:lb/loadBalancer:LoadBalancer": aws.lb.LoadBalancerArgs;
  "aws:lb/targetGroup:TargetGroup": aws.lb.TargetGroupArgs;
  "aws:route53/record:Record": aws.route53.RecordArgs;
  "aws:s3/bucket:Bucket": aws.s3.BucketArgs;
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": aws.s3.BucketLifecycleConfigurationArgs;
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": aws.s3.BucketOwnershipControlsArgs;
  "aws:s3/bucketPolicy:BucketPolicy": aws.s3.BucketPolicyArgs;
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": aws.s3.BucketPublicAccessBlockArgs;
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": aws.s3.BucketServerSideEncryptionConfigurationArgs;
  "aws:secretsmanager/secret:Secret": aws.secretsmanager.SecretArgs;
  "aws:secretsmanager/secretVersion:SecretVersion": aws.secretsmanager.SecretVersionArgs;
  "aws:sns/topic:Topic": aws.sns.TopicArgs;
  "aws:sns/topicPolicy:TopicPolicy": aws.sns.TopicPolicyArgs;
  "aws:sns/topicSubscription:TopicSubscription": aws.sns.TopicSubscriptionArgs;
  "aws:sqs/queue:Queue": aws.sqs.QueueArgs;
  "aws:sqs/queuePolicy:QueuePolicy": aws.sqs.QueuePolicyArgs;
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": aws.vpc.SecurityGroupEgressRuleArgs;
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": aws.vpc.SecurityGroupIngressRuleArgs;
  "aws:wafv2/webAcl:WebAcl": aws.wafv2.WebAclArgs;
  "aws:wafv2/webAclAssociation:WebAclAssociation": aws.wafv2.WebAclAssociationArgs;
  "docker:index/image:Image": { readonly build?: { readonly platform?: string } };
  /** What a region says of its settings: its account's quotas, and whether it saves on NAT gateways. */
  "order-queue:infra:Region": {
    readonly account: string;
    readonly region: string;
    readonly domain: string;
    readonly storesPerLoadBalancer: number;
    readonly natPerZone: boolean;
  };
  "order-queue:infra:Store": { readonly hostname: string };
  "tls:index/locallySignedCert:LocallySignedCert": tls.LocallySignedCertArgs;
  "tls:index/selfSignedCert:SelfSignedCert": tls.SelfSignedCertArgs;
}

export type Token = keyof Args;

/** The inputs of a type of resource, as the engine has them. */
export type Props<T extends Token> = Partial<Unwrap<Args[T]>>;

/** A value that AWS has as JSON text. */
export function parse<T>(text: unknown): T {
  return (typeof text === "string" ? JSON.parse(text) : text) as T;
}

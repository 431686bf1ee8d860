import { groups } from "../../../../../tools/permissions/uses.ts";
import type { TypeCalls } from "../../../../../twin/services/deployer/calls.ts";
import handlers from "./handlers.json" with { type: "json" };

const table: Record<string, TypeCalls> = Object.assign({}, ...Object.values(groups));

/** Why the provider makes no call of an action that CloudFormation's handler needs. `*` stands for any text. */
const differences: Readonly<Record<string, string>> = {
  "of a property that the program does not set":
    "*:*Encryption* *:*DataProtection* *:*Index* *:*Analytics* *:*Inventory* *:*Metrics* *:*Intelligent* *:*Tenancy " +
    "*:*Cors *:*CORS *:*Website *:*Replication* *:*Replicate* *:*Accelerate* *:*Versioning *:*Acl *:*ObjectLock* *:*BucketAbac *:*Notification " +
    "*:*BucketLogging *:*MetadataTable* s3:UpdateBucketMetadata* s3:REST.PUT.OBJECT s3tables:* lambda:* kms:* acm-pca:* " +
    "cognito-idp:* vpc-lattice:* vpce:* firehose:* ec2:*SubnetCidrBlock ec2:*NatGatewayAddress ec2:AcceptAddressTransfer " +
    "ec2:AssociateAddress ec2:DescribeIpamPools *:ModifyIpPools *:ModifyCapacityReservation *:*ScheduledAction* " +
    "ecs:PutAccountSetting* ecs:PutClusterCapacityProviders ecs:StopServiceDeployment logs:*KmsKey logs:*ResourcePolicy logs:*ResourcePolicies " +
    "logs:CreateLogDelivery logs:PutBearerTokenAuthentication logs:PutLogGroupDeletionProtection acm:UpdateCertificateOptions " +
    "secretsmanager:GetRandomPassword ec2:UpdateSecurityGroupRuleDescriptions*",
  "of another resource type, which makes it itself":
    "ec2:AuthorizeSecurityGroup* elasticloadbalancing:*Targets elasticloadbalancing:DescribeTargetHealth ecr:*LifecyclePolicy " +
    "ecr:*RepositoryPolicy iam:*RolePolicy s3:*OwnershipControls s3:*PublicAccessBlock s3:*LifecycleConfiguration " +
    "s3:*BucketLifecycle route53:ChangeResourceRecordSets sns:Subscribe sns:Unsubscribe sns:ListSubscriptionsByTopic " +
    "events:*Targets events:ListTargetsByRule secretsmanager:GetSecretValue",
  "of the administrator, before the first deployment (docs/aws.md)": "iam:CreateServiceLinkedRole",
  "kept from the release role on purpose: no role loses its boundary": "iam:DeleteRolePermissionsBoundary",
  "not made, since old revisions stay (skipDestroy)": "ecs:DeregisterTaskDefinition",
  "of the handler alone: it looks at what the provider takes as given":
    "ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DescribeSecurityGroups ec2:DescribeVpcs ec2:DescribeNetworkAcls " +
    "ec2:DescribeInstances iam:GetRole iam:PassRole cloudwatch:*Resource",
};
const patterns = Object.values(differences)
  .flatMap((names) => names.split(" "))
  .map((name) => ({ name, matches: new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "i") }));

const missing = Object.entries(handlers.types).flatMap(([type, actions]) => {
  const { create, read, update, delete: gone } = table[type] as TypeCalls;
  const own = [...create, ...read, ...update, ...gone].map((action) => action.toLowerCase());
  return actions.split(" ").filter((action) => !own.includes(action.toLowerCase()));
});

test("the provider's calls are those of CloudFormation's handlers, but for differences with a reason", () => {
  expect(missing.filter((action) => !patterns.some(({ matches }) => matches.test(action)))).toEqual([]);
});

test("no reason is given that no difference needs", () => {
  expect(
    patterns.filter(({ matches }) => !missing.some((action) => matches.test(action))).map(({ name }) => name),
  ).toEqual([]);
});

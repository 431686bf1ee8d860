/** The calls of containers, their scaling, their image and their roles. */
import { type Calls, calls } from "./calls.ts";

const scaling = "application-autoscaling";
const target = "arn:aws:application-autoscaling:{region}:{account}:scalable-target/1";
const repository = "arn:aws:ecr:{region}:{account}:repository/order-queue";
const role = "arn:aws:iam::{account}:role/{name}";
const tags = "TagResource UntagResource";
/**
 * Application Auto Scaling makes and deletes its alarms in the name of the caller, who is not asked for their names
 * (Application Auto Scaling user guide, "Identity-based policy examples", "Permissions to create CloudWatch alarms";
 * AWS::ApplicationAutoScaling::ScalableTarget and ScalingPolicy).
 */
const alarms = "cloudwatch:PutMetricAlarm cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms";

export const containers: Calls = {
  "aws:ecs/cluster:Cluster": calls("ecs", "arn:aws:ecs:{region}:{account}:cluster/{name}", "ecs/cluster.go", {
    read: "DescribeClusters ListTagsForResource",
    create: "CreateCluster TagResource",
    update: `UpdateCluster UpdateClusterSettings ${tags}`,
    delete: "DeleteCluster",
  }),
  "aws:ecs/taskDefinition:TaskDefinition": calls(
    "ecs",
    "arn:aws:ecs:{region}:{account}:task-definition/{family}:1",
    "ecs/task_definition.go",
    {
      read: "DescribeTaskDefinition ListTagsForResource",
      create: "RegisterTaskDefinition TagResource iam:PassRole",
      // Old revisions stay (`skipDestroy`): nothing is ever deregistered.
      update: tags,
    },
  ),
  "aws:ecs/service:Service": calls(
    "ecs",
    "arn:aws:ecs:{region}:{account}:service/{cluster}/{name}",
    "ecs/service.go; AWS::ECS::Service",
    {
      read: "DescribeServices ListServiceDeployments DescribeServiceDeployments ListTagsForResource",
      create: "CreateService TagResource",
      update: `UpdateService ${tags}`,
      delete: "UpdateService DeleteService",
    },
  ),
  "aws:appautoscaling/target:Target": calls(
    scaling,
    target,
    "appautoscaling/target.go; AWS::ApplicationAutoScaling::ScalableTarget",
    {
      read: "DescribeScalableTargets ListTagsForResource",
      create: `RegisterScalableTarget TagResource ${alarms}`,
      update: `RegisterScalableTarget ${tags} ${alarms}`,
      delete: `DeregisterScalableTarget ${alarms}`,
    },
  ),
  "aws:appautoscaling/policy:Policy": calls(
    scaling,
    target,
    "appautoscaling/policy.go; AWS::ApplicationAutoScaling::ScalingPolicy",
    {
      read: "DescribeScalingPolicies",
      // AWS tries the metric of a policy in the caller's name.
      create: `PutScalingPolicy cloudwatch:GetMetricData ${alarms}`,
      update: `PutScalingPolicy cloudwatch:GetMetricData ${alarms}`,
      delete: `DeleteScalingPolicy ${alarms}`,
    },
  ),
  "aws:ecr/repository:Repository": calls("ecr", repository, "ecr/repository.go", {
    read: "DescribeRepositories ListTagsForResource",
    create: "CreateRepository TagResource",
    update: `PutImageTagMutability PutImageScanningConfiguration ${tags}`,
    delete: "DeleteRepository",
  }),
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": calls("ecr", "*", "ecr/replication_configuration.go", {
    read: "DescribeRegistry",
    create: "PutReplicationConfiguration",
    update: "PutReplicationConfiguration",
    delete: "PutReplicationConfiguration",
  }),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": calls("ecr", repository, "ecr/lifecycle_policy.go", {
    read: "GetLifecyclePolicy",
    create: "PutLifecyclePolicy",
    update: "PutLifecyclePolicy",
    delete: "DeleteLifecyclePolicy",
  }),
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": calls("ecr", "*", "ecr/authorization_token_data_source.go", {
    read: "GetAuthorizationToken",
  }),
  "aws:ecr/getImages:getImages": calls("ecr", repository, "ecr/images_data_source.go", { read: "ListImages" }),
  "docker:index/image:Image": calls("ecr", repository, "ECR user guide, “IAM permissions for pushing an image”", {
    create:
      "BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage BatchGetImage GetDownloadUrlForLayer",
  }),
  "aws:iam/role:Role": calls("iam", role, "iam/role.go", {
    read: "GetRole ListRolePolicies ListAttachedRolePolicies",
    create: "CreateRole TagRole",
    update: "UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy PutRolePermissionsBoundary TagRole UntagRole",
    delete: "ListInstanceProfilesForRole DeleteRole",
  }),
  "aws:iam/rolePolicy:RolePolicy": calls("iam", "arn:aws:iam::{account}:role/{role}", "iam/role_policy.go", {
    read: "GetRolePolicy",
    create: "PutRolePolicy",
    update: "PutRolePolicy",
    delete: "DeleteRolePolicy",
  }),
};

import type { Service } from "../api/service.ts";
import { type AcmApiCall, acm } from "./acm/api.ts";
import { applicationAutoscaling } from "./application-autoscaling/api.ts";
import { cloudwatch, type WatchApiCall } from "./cloudwatch/api.ts";
import { ec2Api } from "./ec2/api.ts";
import { ecr } from "./ecr/api.ts";
import { ecs } from "./ecs/api.ts";
import type { EcsApiCall } from "./ecs/lookups.ts";
import { type ElbApiCall, elbv2 } from "./elbv2/api.ts";
import { events } from "./eventbridge/api.ts";
import { type IamApiCall, iamApi } from "./iam/api.ts";
import { type KmsApiCall, kms } from "./kms/api.ts";
import { logs } from "./logs/api.ts";
import { route53, type ZoneApiCall } from "./route53/api.ts";
import { type S3ApiCall, s3Api } from "./s3/api.ts";
import { type SecretsApiCall, secretsmanager } from "./secretsmanager/api.ts";
import { servicequotas } from "./servicequotas/api.ts";
import { type SnsApiCall, sns } from "./sns/api.ts";
import type { SqsApiCall } from "./sqs/actions/call.ts";
import { sqs } from "./sqs/api.ts";
import { sts } from "./sts/api.ts";

/** What the APIs ask of the twin beside its store. */
type AwsApiCall = AcmApiCall &
  EcsApiCall &
  ElbApiCall &
  IamApiCall &
  KmsApiCall &
  S3ApiCall &
  SecretsApiCall &
  SnsApiCall &
  SqsApiCall &
  WatchApiCall &
  ZoneApiCall;

/** The services whose APIs the twin answers; each file ends with the list of its actions. */
export const services: readonly Service<AwsApiCall>[] = [
  ...[acm, applicationAutoscaling, cloudwatch, ec2Api, ecr, ecs, elbv2, events],
  ...[iamApi, kms, logs, route53, s3Api, secretsmanager, servicequotas, sns, sqs, sts],
];

/** Values that differ in form alone: AWS reads them as the same. */
import { isDeepStrictEqual } from "node:util";
import { json } from "../../release/plan/normalised-names.ts";
import type { Node } from "./graph.ts";

/**
 * Properties whose lists AWS reads as sets: statements and their lists (IAM user guide, "Evaluation logic": the order of
 * statements means nothing), patterns of events, and lists of ids and names.
 */
const sets: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/role:Role": ["assumeRolePolicy"],
  "aws:iam/rolePolicy:RolePolicy": ["policy"],
  "aws:sqs/queuePolicy:QueuePolicy": ["policy"],
  "aws:sns/topicPolicy:TopicPolicy": ["policy"],
  "aws:s3/bucketPolicy:BucketPolicy": ["policy"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["policy", "subnetIds", "securityGroupIds", "routeTableIds"],
  "aws:cloudwatch/eventRule:EventRule": ["eventPattern"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["alarmActions", "okActions"],
  "aws:acm/certificate:Certificate": ["subjectAlternativeNames"],
  "aws:acm/certificateValidation:CertificateValidation": ["validationRecordFqdns"],
  "aws:lb/loadBalancer:LoadBalancer": ["subnets", "securityGroups"],
  "aws:lb/listenerRule:ListenerRule": ["conditions"],
  "aws:ecs/service:Service": ["networkConfiguration", "loadBalancers"],
  "aws:ecs/cluster:Cluster": ["settings"],
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": ["replicationConfiguration"],
  "aws:appautoscaling/policy:Policy": ["targetTrackingScalingPolicyConfiguration"],
  "aws:route53/record:Record": ["records", "aliases"],
  "tls:index/certRequest:CertRequest": ["dnsNames"],
  "tls:index/selfSignedCert:SelfSignedCert": ["allowedUses"],
  "tls:index/locallySignedCert:LocallySignedCert": ["allowedUses"],
};

/** Parts of task definitions that ECS reads as sets. */
const setsOfContainers = ["environment", "secrets", "portMappings"];

/** Whether two registrations of a resource make the same call but for order and repetition in sets. */
export function isEqualAtAws(before: Node, after: Node): boolean {
  const of = sets[after.type] ?? [];
  const form = ({ inputs }: Node) =>
    Object.fromEntries(
      Object.entries(inputs).map(([property, value]) => {
        if (property === "containerDefinitions") return [property, containers(value)];
        return [property, of.includes(property) ? asSet(value) : value];
      }),
    );
  return isDeepStrictEqual(form(before), form(after));
}

function asSet(value: unknown): unknown {
  const inside = typeof value === "string" ? (json(value) ?? value) : value;
  if (Array.isArray(inside)) return [...new Set(inside.map((item) => JSON.stringify(asSet(item))))].sort();
  if (typeof inside !== "object" || inside === null) return inside;
  return Object.fromEntries(Object.entries(inside).map(([key, inner]) => [key, asSet(inner)]));
}

function containers(text: unknown): unknown {
  const all = json(String(text));
  if (!Array.isArray(all)) return text;
  return all.map((one) =>
    Object.fromEntries(
      Object.entries(one as object).map(([key, inner]) => [key, setsOfContainers.includes(key) ? asSet(inner) : inner]),
    ),
  );
}

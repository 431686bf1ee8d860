/**
 * What an action may be done to. Most of what the program makes is named after its stack, with Pulumi's suffix; EC2 and
 * ACM name theirs by chance, so there it is the stack's tags that say whose a thing is.
 */
import { erpSecretPrefix, inboundSecretName, repositoryName, syntheticStore } from "../../infra/names.ts";

/** One stack's place on AWS. */
export interface Place {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** The stack's own domain, which the names in its hosted zone end in. */
  readonly domain: string;
}

/** Account, region and domain of every stack file. */
export function placesOf(settings: ReadonlyMap<string, Omit<Place, "stack">>): Place[] {
  return [...settings].map(([stack, { account, region, domain }]) => ({ stack, account, region, domain }));
}

/** What a service calls the resources of a stack; a service that is not here is an error by name. */
const namedArns: Readonly<Record<string, (place: Place) => readonly string[]>> = {
  "application-autoscaling": (place) => [arn("application-autoscaling", place, "scalable-target/*")],
  cloudwatch: (place) => [
    arn("cloudwatch", place, `alarm:${place.stack}-*`),
    // Those of target tracking, which Application Auto Scaling names after cluster and service.
    arn("cloudwatch", place, `alarm:TargetTracking-service/${place.stack}-*`),
    `arn:aws:cloudwatch::${place.account}:dashboard/order-queue-${place.stack}`,
  ],
  ecr: (place) => [arn("ecr", place, `repository/${repositoryName}`)],
  ecs: (place) =>
    ["cluster", "service", "service-deployment", "task", "task-definition"].map((kind) =>
      arn("ecs", place, `${kind}/${place.stack}-*`),
    ),
  elasticloadbalancing: (place) =>
    ["loadbalancer/app", "targetgroup", "listener/app", "listener-rule/app"].map((kind) =>
      arn("elasticloadbalancing", place, `${kind}/${place.stack}-*`),
    ),
  events: (place) => [arn("events", place, `rule/${place.stack}-*`)],
  iam: ({ account, stack }) => [`arn:aws:iam::${account}:role/${stack}-*`],
  logs: (place) => [arn("logs", place, `log-group:${place.stack}-*`)],
  // A zone is named by chance; who may write what into it is said by the record's name.
  route53: () => ["arn:aws:route53:::hostedzone/*", "arn:aws:route53:::change/*"],
  // Buckets, and what is in them.
  s3: ({ stack }) => [`arn:aws:s3:::${stack}-*`],
  secretsmanager: (place) => [
    arn("secretsmanager", place, `secret:${place.stack}-*`),
    arn("secretsmanager", place, `secret:${inboundSecretName(place.stack, syntheticStore)}-*`),
  ],
  // Of every service: what is read are values, not resources.
  servicequotas: (place) => [arn("servicequotas", place, "*")],
  sns: (place) => [arn("sns", place, `${place.stack}-*`)],
  wafv2: (place) => [
    arn("wafv2", place, `regional/webacl/${place.stack}-*`),
    // AWS's own groups of rules, which a web ACL names.
    arn("wafv2", place, "regional/managedruleset/*"),
    arn("elasticloadbalancing", place, `loadbalancer/app/${place.stack}-*`),
  ],
  sqs: (place) => [arn("sqs", place, `${place.stack}-*`)],
};

/** Services whose resources are distinguished by tags. */
export const taggedServices: readonly string[] = ["acm", "ec2"];

/** Services without regions: what is asked of them counts as asked in us-east-1. */
export const globalServices: readonly string[] = ["iam", "route53"];

/** ARNs of all that the stacks' resources of a service can be. */
export function arnsOf(service: string, places: readonly Place[]): string[] {
  const arns = namedArns[service];
  if (arns === undefined)
    throw new Error(`tools/permissions/places.ts does not say what ${service} names its resources`);
  return [...new Set(places.flatMap(arns))];
}

/** ARNs of every resource of a service in the stacks' regions, or of some kinds of them alone. */
export function arnsInRegions(service: string, places: readonly Place[], kinds?: readonly string[]): string[] {
  const resources = kinds === undefined ? ["*"] : kinds.map((kind) => `${kind}/*`);
  return [...new Set(places.flatMap((place) => resources.map((resource) => arn(service, place, resource))))];
}

/** ARNs of all secrets with credentials of ERPs in the stacks' regions. */
export function erpSecretArns(places: readonly Place[]): string[] {
  return [...new Set(places.map((place) => arn("secretsmanager", place, `secret:${erpSecretPrefix}*`)))];
}

/** ARNs of the secrets with which the stores of the stacks sign; also of those that are not there, whose names end earlier. */
export function inboundSecretArns(places: readonly Place[]): string[] {
  return places.map((place) => arn("secretsmanager", place, `secret:${inboundSecretName(place.stack, "*")}*`));
}

function arn(service: string, { region, account }: Place, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

/** What the twin's table of types says of a resource, without an engine and without a running twin. */
import { createHash } from "node:crypto";
import type { Properties } from "../../release/plan/graph.ts";
import type { ResourceCall, ResourceType } from "../../twin/pulumi/define.ts";
import { type Checked, check } from "../../twin/pulumi/plan.ts";
import { docker } from "../../twin/services/docker/resources.ts";
import { prefixListId } from "../../twin/services/ec2/vpc-endpoint.ts";
import { aws } from "../../twin/services/resources.ts";
import { tls } from "../../twin/services/tls/resources.ts";

/** Where a resource would be. */
export interface Place {
  stack: string;
  region: string;
  account: string;
}

export interface Declared {
  type: string;
  /** Logical name. */
  name: string;
  inputs: Properties;
}

const types = new Map<string, ResourceType<never>>(
  [...aws.types, ...tls.types, ...docker.types].map(([token, type]) => [token, type as ResourceType<never>]),
);

/** The twin's row of a type; undefined for components and providers. */
export function typeOf(token: string): ResourceType<never> | undefined {
  return types.get(token);
}

const seed = new Uint8Array([1]);

/** The inputs as the provider's Check completes them, and what it has against them. */
export function checkedOf({ type: token, name, inputs }: Declared, { region, account }: Place): Checked {
  const type = types.get(token);
  // A build context is read from disk: too slow, and no mutant changes it.
  if (!type) return { inputs, problems: [] };
  const { completed: _, ...pure } = type;
  const call = { region, account, defaultTags: {}, name, urn: "" } as unknown as ResourceCall;
  try {
    return check(pure as ResourceType, inputs, {}, seed, call);
  } catch (error) {
    return { inputs, problems: [{ property: "", reason: (error as Error).message }] };
  }
}

/** An id and outputs of the form that AWS gives them, the same for the same name. */
export function outputsOf(declared: Declared, place: Place): { id: string; outputs: Properties } {
  const { type: token, name, inputs } = declared;
  const { __defaults: _, ...known } = inputs;
  const type = types.get(token);
  if (!type) return { id: `${name}-id`, outputs: known };
  const hash = createHash("sha256").update(`${place.stack} ${token} ${name}`).digest("hex");
  const all = { ...known };
  for (const property of type.computed) all[property] = computed(property, declared, place, hash);
  Object.assign(all, special[token]?.(all, place, hash));
  const short = token.split(":").at(-1)?.toLowerCase();
  const id = idOf[token]?.(all) ?? `${short}-0${hash.slice(0, 16)}`;
  return { id, outputs: all };
}

const byArn = ({ arn }: Properties): string => arn;
const byName = ({ name }: Properties): string => name;
const byBucket = ({ bucket }: Properties): string => bucket;

/** Where an id is none that AWS made up. */
const idOf: Record<string, (all: Properties) => string> = {
  "aws:lb/loadBalancer:LoadBalancer": byArn,
  "aws:lb/targetGroup:TargetGroup": byArn,
  "aws:lb/listener:Listener": byArn,
  "aws:lb/listenerRule:ListenerRule": byArn,
  "aws:sqs/queue:Queue": ({ url }) => url,
  "aws:ec2/eip:Eip": ({ allocationId }) => allocationId,
  "aws:ecs/cluster:Cluster": byArn,
  "aws:ecs/service:Service": byArn,
  "aws:ecs/taskDefinition:TaskDefinition": ({ family }) => family,
  "aws:acm/certificate:Certificate": byArn,
  "aws:sns/topic:Topic": byArn,
  "aws:secretsmanager/secret:Secret": byArn,
  "aws:s3/bucket:Bucket": byBucket,
  "aws:s3/bucketPolicy:BucketPolicy": byBucket,
  "aws:iam/role:Role": byName,
  "aws:ecr/repository:Repository": byName,
  "aws:cloudwatch/logGroup:LogGroup": byName,
  "aws:cloudwatch/eventRule:EventRule": byName,
  "aws:cloudwatch/metricAlarm:MetricAlarm": byName,
  "aws:appautoscaling/target:Target": ({ resourceId }) => resourceId,
  "aws:appautoscaling/policy:Policy": byName,
};

function computed(property: string, { type, name, inputs }: Declared, place: Place, hash: string): unknown {
  if (property === "tagsAll") return { ...inputs.tags, stack: place.stack };
  if (property !== "arn") return `${name}-${property}-${hash.slice(0, 7)}`;
  const [, service = "", kind = ""] = /^\w+:(\w+)\/(\w+):/.exec(type) ?? [];
  const own = inputs.name ?? inputs.family ?? `${name}-${hash.slice(0, 7)}`;
  const region = service === "iam" ? "" : place.region;
  const resource = ["sqs", "sns"].includes(service) ? own : `${separators[kind] ?? `${kind}/`}${own}`;
  return `arn:aws:${services[service] ?? service}:${region}:${place.account}:${resource}`;
}

/** How an ARN names a service, and how it begins a kind of resource, where Pulumi's words are others. */
const services: Record<string, string> = { lb: "elasticloadbalancing", cloudwatch: "logs", vpc: "ec2" };
const separators: Record<string, string> = { logGroup: "log-group:", secret: "secret:" };

type Special = (all: Properties, place: Place, hash: string) => Properties;

const special: Record<string, Special> = {
  "aws:sqs/queue:Queue": ({ name }, { region, account }) => ({
    url: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
  }),
  "aws:acm/certificate:Certificate": (
    { domainName, subjectAlternativeNames = [], arn },
    { region, account },
    hash,
  ) => ({
    arn: `arn:aws:acm:${region}:${account}:certificate/${String(arn).slice(-7)}${hash.slice(0, 24)}`,
    domainValidationOptions: [...new Set<string>([domainName, ...subjectAlternativeNames])].map((name) => ({
      domainName: name,
      resourceRecordName: `_${hash.slice(0, 32)}.${name}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${hash.slice(32, 64)}.acm-validations.aws.`,
    })),
  }),
  "aws:acm/certificateValidation:CertificateValidation": ({ certificateArn }) => ({ certificateArn }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ serviceName }, { region }) => ({
    prefixListId: prefixListId(region, String(serviceName).split(".").at(-1) ?? ""),
  }),
  "aws:ec2/eip:Eip": (_all, _place, hash) => ({ allocationId: `eipalloc-0${hash.slice(0, 16)}` }),
  "aws:s3/bucket:Bucket": ({ bucket }) => ({ arn: `arn:aws:s3:::${bucket}`, id: bucket }),
  "aws:route53/record:Record": ({ name }) => ({ fqdn: name }),
  "aws:ecs/taskDefinition:TaskDefinition": ({ family }, { region, account }) => ({
    arn: `arn:aws:ecs:${region}:${account}:task-definition/${family}:1`,
    revision: 1,
  }),
  "aws:ecs/service:Service": ({ cluster, name }) => ({
    arn: `${String(cluster).replace(":cluster/", ":service/")}/${name}`,
  }),
  "aws:ecr/repository:Repository": ({ name }, { region, account }) => ({
    repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
  }),
  "docker:index/image:Image": ({ imageName }) => ({
    repoDigest: `${String(imageName).replace(/:[^:/]*$/, "")}@sha256:${"0".repeat(64)}`,
  }),
  "aws:lb/loadBalancer:LoadBalancer": ({ name }, _place, hash) => ({ arnSuffix: `app/${name}/${hash.slice(0, 16)}` }),
  "aws:lb/targetGroup:TargetGroup": ({ name }, _place, hash) => ({
    arnSuffix: `targetgroup/${name}/${hash.slice(0, 16)}`,
  }),
};

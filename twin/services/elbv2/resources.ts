/**
 * Elastic Load Balancing v2: application load balancers, target groups, listeners, rules, listener certificates.
 * The TLS front that serves them is the data plane's (front.ts).
 * Not modelled: network and gateway load balancers, authentication actions, weighted forwards, connection logs.
 * Sources: terraform-provider-aws internal/service/elbv2; ELB quotas; ELBv2 API reference (error texts).
 */
import { z } from "zod";
import { AwsError } from "../../core/errors.ts";
import { arn, hex } from "../../core/ids.ts";
import type { Properties, Resource } from "../../core/store.ts";
import { retried } from "../../core/wait.ts";
import { type ResourceCall, type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";
import { type Bucket, keyOf, logDelivery } from "./access-logs.ts";
import { forwardersTo } from "./forwarders.ts";

export type ElbCall = ResourceCall & {
  acm: { describe(arn: string): { status: string } };
  s3: Bucket & { bucket(name: string): Resource | undefined };
};

const name = z
  .string()
  .max(32)
  .regex(/^(?!-)[0-9A-Za-z-]+(?<!-)$/, "expected letters, digits and hyphens, no hyphen at either end");

/** Hosted zone of a region's application load balancers (AWS General Reference, Elastic Load Balancing endpoints). */
const canonicalZones: Readonly<Record<string, string>> = {
  "ap-southeast-2": "Z1GM3OXH4ZPM65",
  "eu-west-1": "Z32O12XQLNTSW2",
  "us-east-1": "Z35SXDOTRQ7X7K",
  "us-east-2": "Z3AADJGX6KTTL2",
  "us-west-2": "Z1H1FL5HABSF5",
  "eu-central-1": "Z215JYRZR1TBD5",
};

export const loadBalancer: ResourceType<ElbCall> = {
  token: "aws:lb/loadBalancer:LoadBalancer",
  scope: "regional",
  inputs: tagged({
    name: name.refine((n) => !n.startsWith("internal-"), "must not start with internal-"),
    loadBalancerType: z.literal("application"),
    internal: z.boolean().optional(),
    subnets: z.array(z.string()),
    securityGroups: z.array(z.string()).optional(),
    idleTimeout: z.number().int().min(1).max(4000),
    dropInvalidHeaderFields: z.boolean().optional(),
    enableDeletionProtection: z.boolean(),
    enableHttp2: z.boolean(),
    accessLogs: z
      .strictObject({
        bucket: z.string().min(1),
        prefix: z
          .string()
          .regex(/^(?!\/)(?!.*\/$)(?!.*AWSLogs)/, "expected neither AWSLogs nor a slash at either end")
          .optional(),
        enabled: z.boolean(),
      })
      .optional(),
  }),
  defaults: { loadBalancerType: "application", idleTimeout: 60, enableDeletionProtection: false, enableHttp2: true },
  // The provider knows no shorter limit for its automatic name (provider/autonaming.go); `name` refuses it beyond 32.
  autoname: { property: "name", max: 255 },
  sets: ["subnets", "securityGroups"],
  computed: ["arn", "arnSuffix", "dnsName", "vpcId", "zoneId", "tagsAll"],
  replaces: ["name", "internal", "loadBalancerType"],
  create: (inputs, call) => {
    const here = call.store.list(loadBalancer.token, call.region);
    const what = `creating ELBv2 application Load Balancer (${inputs.name})`;
    if (here.some((lb) => lb.inputs.name === inputs.name))
      throw new Error(
        `${what}: api error DuplicateLoadBalancerName: A load balancer with the name '${inputs.name}' already exists`,
      );
    if (here.length >= 50)
      throw new Error(`${what}: api error TooManyLoadBalancers: The maximum number of load balancers has been reached`);
    const subnets = inputs.subnets.map((id: string) => call.store.get("aws:ec2/subnet:Subnet", id, call.region));
    if (subnets.includes(undefined))
      throw new Error(`${what}: api error SubnetNotFound: One or more subnets do not exist`);
    if (new Set(subnets.map((s: Properties) => s.inputs.availabilityZone)).size < 2)
      throw new Error(
        `${what}: api error ValidationError: At least two subnets in two different Availability Zones must be specified`,
      );
    const zoneId = canonicalZones[call.region];
    if (!zoneId)
      throw new Error(
        `the twin does not know the load balancers' hosted zone of ${call.region}; it knows ${Object.keys(canonicalZones).join(", ")}`,
      );
    const suffix = `app/${inputs.name}/${hex(8)}`;
    const id = arn("elasticloadbalancing", call, `loadbalancer/${suffix}`);
    const dnsName = `${inputs.name.toLowerCase()}-${Number.parseInt(hex(4), 16)}.${call.region}.elb.amazonaws.com`;
    return {
      id,
      outputs: {
        arn: id,
        arnSuffix: suffix,
        dnsName,
        zoneId,
        vpcId: subnets[0].inputs.vpcId,
        ...tagsAll(inputs, call),
      },
    };
  },
  // Its attributes are set once it is there: a load balancer whose logs are refused exists.
  settle: (id, outputs, call) => tryAccessLogs(id, outputs, call),
  update: async (id, _state, inputs, call) => {
    await tryAccessLogs(id, inputs, call);
    return tagsAll(inputs, call);
  },
  delete: (id, state) => {
    if (state.enableDeletionProtection)
      throw new Error(
        `deleting ELBv2 Load Balancer (${id}): api error OperationNotPermitted: Load balancer '${id}' cannot be deleted because deletion protection is enabled`,
      );
  },
};

/** ELB writes a test file before it takes a bucket for its logs (ELB user guide, "Verify bucket permissions"). */
async function tryAccessLogs(id: string, { accessLogs }: Properties, call: ElbCall): Promise<void> {
  if (!accessLogs?.enabled) return;
  const what = `modifying ELBv2 Load Balancer (${id}) attributes: api error InvalidConfigurationRequest:`;
  const { bucket, prefix } = accessLogs;
  const found = call.s3.bucket(bucket);
  if (found && found.region !== call.region)
    throw new Error(`${what} the bucket ${bucket} is in ${found.region}, not in ${call.region}`);
  try {
    const key = keyOf({ bucket, prefix, account: call.account }, "ELBAccessLogTestFile");
    await call.s3.put(logDelivery, bucket, key, "Enable AccessLog for ELB");
  } catch (error) {
    if (!(error instanceof AwsError && error.code === "AccessDenied")) throw error;
    throw new Error(`${what} Access Denied for bucket: ${bucket}. Please check S3bucket permission`);
  }
}

export const targetGroup: ResourceType = {
  token: "aws:lb/targetGroup:TargetGroup",
  scope: "regional",
  inputs: tagged({
    name,
    port: z.number().int().min(1).max(65535),
    protocol: z.enum(["HTTP", "HTTPS"]),
    vpcId: z.string(),
    targetType: z.enum(["ip", "instance"]),
    deregistrationDelay: z.number().int().min(0).max(3600),
    slowStart: z.literal(0),
    healthCheck: z.strictObject({
      path: z.string().startsWith("/").max(1024),
      protocol: z.enum(["HTTP", "HTTPS"]),
      matcher: z.string(),
      port: z.string().optional(),
      interval: z.number().int().min(5).max(300),
      timeout: z.number().int().min(2).max(120),
      healthyThreshold: z.number().int().min(2).max(10),
      unhealthyThreshold: z.number().int().min(2).max(10),
    }),
  }),
  defaults: { targetType: "instance", deregistrationDelay: 300, slowStart: 0 },
  autoname: { property: "name", max: 32 },
  computed: ["arn", "arnSuffix", "loadBalancerArns", "tagsAll"],
  replaces: ["name", "port", "protocol", "targetType", "vpcId"],
  check: ({ healthCheck }) =>
    healthCheck?.timeout >= healthCheck?.interval
      ? [
          {
            property: "healthCheck.timeout",
            reason: `health check timeout must be smaller than the interval (${healthCheck.interval})`,
          },
        ]
      : [],
  create: (inputs, call) => {
    const here = call.store.list(targetGroup.token, call.region);
    // Quota: 3,000 target groups a Region.
    if (here.length >= 3000)
      throw new Error(
        `creating ELBv2 Target Group (${inputs.name}): api error TooManyTargetGroups: The maximum number of target groups has been reached`,
      );
    if (here.some((t) => t.inputs.name === inputs.name))
      throw new Error(
        `creating ELBv2 Target Group (${inputs.name}): api error DuplicateTargetGroupName: A target group with the same name '${inputs.name}' exists, but with different settings`,
      );
    const suffix = `targetgroup/${inputs.name}/${hex(8)}`;
    const id = arn("elasticloadbalancing", call, suffix);
    return { id, outputs: { arn: id, arnSuffix: suffix, loadBalancerArns: [], ...tagsAll(inputs, call) } };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) =>
    // The provider retries for about 2 minutes; the twin tells the same after seconds.
    retried(3_000, () => {
      if (forwardersTo(call.store, call.region, id).length > 0)
        throw new Error(
          `deleting ELBv2 Target Group (${id}): api error ResourceInUse: Target group '${id}' is currently in use by a listener or a rule`,
        );
    }),
};

const redirect = z.strictObject({
  protocol: z.enum(["HTTP", "HTTPS", "#{protocol}"]).optional(),
  port: z.string().optional(),
  host: z.string().optional(),
  path: z.string().optional(),
  query: z.string().optional(),
  statusCode: z.enum(["HTTP_301", "HTTP_302"]),
});
const fixedResponse = z.strictObject({
  contentType: z.enum(["text/plain", "text/css", "text/html", "application/javascript", "application/json"]),
  messageBody: z.string().max(1024).optional(),
  statusCode: z.string().regex(/^[245]\d\d$/),
});
const order = z.number().int().min(1).max(50000).optional();
const action = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("forward"), targetGroupArn: z.string(), order }),
  z.strictObject({ type: z.literal("redirect"), redirect, order }),
  z.strictObject({ type: z.literal("fixed-response"), fixedResponse, order }),
]);

export const listener: ResourceType<ElbCall> = {
  token: "aws:lb/listener:Listener",
  scope: "regional",
  inputs: tagged({
    loadBalancerArn: z.string(),
    port: z.number().int().min(1).max(65535),
    protocol: z.enum(["HTTP", "HTTPS"]).optional(),
    certificateArn: z.string().optional(),
    sslPolicy: z.string().startsWith("ELBSecurityPolicy-").optional(),
    defaultActions: z.array(action).min(1),
  }),
  computed: ["arn", "tagsAll"],
  replaces: ["loadBalancerArn"],
  create: (inputs, call) => {
    const balancer = call.store.get(loadBalancer.token, inputs.loadBalancerArn, call.region);
    if (!balancer)
      throw new Error(
        `creating ELBv2 Listener (${inputs.loadBalancerArn}): api error LoadBalancerNotFound: One or more load balancers not found`,
      );
    const siblings = call.store
      .list(listener.token, call.region)
      .filter((l) => l.inputs.loadBalancerArn === inputs.loadBalancerArn);
    // Quota: 50 listeners a load balancer.
    if (siblings.length >= 50)
      throw new Error(
        `creating ELBv2 Listener (${inputs.loadBalancerArn}): api error TooManyListeners: The maximum number of listeners has been reached`,
      );
    if (siblings.some((l) => l.inputs.port === inputs.port))
      throw new Error(
        `creating ELBv2 Listener (${inputs.loadBalancerArn}): api error DuplicateListener: A listener already exists on this port for this load balancer '${inputs.loadBalancerArn}'`,
      );
    refuseListener(inputs, call);
    const id = arn("elasticloadbalancing", call, `listener/${balancer.outputs.arnSuffix}/${hex(8)}`);
    return {
      id,
      outputs: {
        arn: id,
        protocol: inputs.protocol ?? (inputs.certificateArn ? "HTTPS" : "HTTP"),
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => {
    refuseListener(inputs, call);
    return tagsAll(inputs, call);
  },
};

function refuseListener(inputs: Properties, call: ElbCall): void {
  if (inputs.protocol === "HTTPS" && !inputs.certificateArn)
    throw new Error("api error ValidationError: A certificate must be specified for HTTPS listeners");
  if (inputs.certificateArn) refuseCertificate(inputs.certificateArn, call);
  refuseTargets(inputs.defaultActions, inputs.loadBalancerArn, call);
}

/** ELB takes issued certificates only, and says it in words that mislead. */
function refuseCertificate(certificateArn: string, call: ElbCall): void {
  if (!call.store.get("aws:acm/certificate:Certificate", certificateArn, call.region))
    throw new Error(`api error CertificateNotFound: Certificate '${certificateArn}' not found`);
  if (call.acm.describe(certificateArn).status !== "ISSUED")
    throw new Error(
      `api error UnsupportedCertificate: The certificate '${certificateArn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
    );
}

function refuseTargets(actions: Properties[], loadBalancerArn: string, call: ElbCall): void {
  for (const { targetGroupArn } of actions) {
    if (!targetGroupArn) continue;
    if (!call.store.get(targetGroup.token, targetGroupArn, call.region))
      throw new Error("api error TargetGroupNotFound: One or more target groups not found");
    if (forwardersTo(call.store, call.region, targetGroupArn).some((other) => other !== loadBalancerArn))
      throw new Error(
        `api error TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: ${targetGroupArn}`,
      );
  }
}

const values = z.strictObject({ values: z.array(z.string().min(1).max(128)).min(1) });
const condition = z.union([z.strictObject({ hostHeader: values }), z.strictObject({ pathPattern: values })]);

export const listenerRule: ResourceType<ElbCall> = {
  token: "aws:lb/listenerRule:ListenerRule",
  scope: "regional",
  inputs: tagged({
    listenerArn: z.string(),
    priority: z.number().int().min(1).max(50000),
    conditions: z.array(condition).min(1),
    actions: z.array(action).min(1),
  }),
  computed: ["arn", "tagsAll"],
  replaces: ["listenerArn"],
  create: (inputs, call) => {
    const parent = call.store.get(listener.token, inputs.listenerArn, call.region);
    if (!parent)
      throw new Error("creating ELBv2 Listener Rule: api error ListenerNotFound: One or more listeners not found");
    refuseRule(undefined, inputs, call);
    // Quota: 100 rules for each load balancer, not counting default rules.
    const listeners = call.store
      .list(listener.token, call.region)
      .filter((l) => l.inputs.loadBalancerArn === parent.inputs.loadBalancerArn)
      .map((l) => l.id);
    if (
      call.store.list(listenerRule.token, call.region).filter((r) => listeners.includes(r.inputs.listenerArn)).length >=
      100
    )
      throw new Error(
        "creating ELBv2 Listener Rule: api error TooManyRules: The maximum number of rules has been reached",
      );
    const id = `${inputs.listenerArn.replace(":listener/", ":listener-rule/")}/${hex(8)}`;
    return { id, outputs: { arn: id, ...tagsAll(inputs, call) } };
  },
  update: (id, _state, inputs, call) => {
    refuseRule(id, inputs, call);
    return tagsAll(inputs, call);
  },
};

function refuseRule(id: string | undefined, inputs: Properties, call: ElbCall): void {
  const parent = call.store.get(listener.token, inputs.listenerArn, call.region);
  const taken = call.store
    .list(listenerRule.token, call.region)
    .some((r) => r.id !== id && r.inputs.listenerArn === inputs.listenerArn && r.inputs.priority === inputs.priority);
  if (taken) throw new Error(`api error PriorityInUse: Priority '${inputs.priority}' is currently in use`);
  const count = inputs.conditions.flatMap((c: Properties) => c.hostHeader?.values ?? c.pathPattern.values).length;
  if (count > 5)
    throw new Error("api error TooManyConditionValues: The maximum number of condition values per rule is 5");
  if (parent) refuseTargets(inputs.actions, parent.inputs.loadBalancerArn, call);
}

export const listenerCertificate: ResourceType<ElbCall> = {
  token: "aws:lb/listenerCertificate:ListenerCertificate",
  scope: "regional",
  inputs: regional({ listenerArn: z.string(), certificateArn: z.string() }),
  computed: [],
  replaces: ["listenerArn", "certificateArn"],
  create: (inputs, call) => {
    const parent = call.store.get(listener.token, inputs.listenerArn, call.region);
    if (!parent)
      throw new Error("adding ELBv2 Listener Certificate: api error ListenerNotFound: One or more listeners not found");
    refuseCertificate(inputs.certificateArn, call);
    // Quota: 25 certificates for each load balancer, not counting default certificates.
    const listeners = call.store
      .list(listener.token, call.region)
      .filter((l) => l.inputs.loadBalancerArn === parent.inputs.loadBalancerArn)
      .map((l) => l.id);
    const attached = call.store
      .list(listenerCertificate.token, call.region)
      .filter((c) => listeners.includes(c.inputs.listenerArn));
    if (new Set([...attached.map((c) => c.inputs.certificateArn), inputs.certificateArn]).size > 25)
      throw new Error(
        "adding ELBv2 Listener Certificate: api error TooManyCertificates: The maximum number of certificates per load balancer has been reached",
      );
    // The certificates of a listener are a set: adding one twice is one (AddListenerCertificates).
    return { id: `${inputs.listenerArn}_${inputs.certificateArn}`, outputs: {} };
  },
};

export const elb: readonly ResourceType<ElbCall>[] = [
  loadBalancer,
  targetGroup,
  listener,
  listenerRule,
  listenerCertificate,
];

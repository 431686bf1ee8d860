import { z } from "zod";
import { AwsError } from "../../core/errors.ts";
import { arn, hex } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { keyOf, logDelivery } from "./access-logs.ts";
import type { ElbCall } from "./shared.ts";

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
    name: z.string(),
    loadBalancerType: z.literal("application"),
    internal: z.boolean().optional(),
    subnets: z.array(z.string()),
    securityGroups: z.array(z.string()).optional(),
    idleTimeout: z.number().int(),
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
  // The provider knows no shorter limit for its automatic name (provider/autonaming.go); its check refuses it beyond 32.
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

/**
 * The program's resources without an engine: what each was registered with, and outputs as AWS would give them.
 */
import * as pulumi from "@pulumi/pulumi";
import serializeClosure from "@pulumi/pulumi/runtime/closure/serializeClosure.js";
import { storePriority } from "../../../infra/priorities.ts";
import type { PlacedStore } from "../../../infra/stores.ts";
import { runMocked } from "../../../tools/pages/mock-run.ts";

// No mock runs the text of a dynamic provider, and to write it Pulumi parses every function with TypeScript.
Object.assign(serializeClosure, {
  serializeFunction: async () => ({ text: "", exportName: "", containsSecrets: false }),
});

/** One resource as the engine would have received it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs differ from type to type
  readonly inputs: Record<string, any>;
  readonly protect: boolean;
  /** Type and name of what it waits for, beside what its inputs come from. */
  readonly dependsOn: readonly string[];
  readonly ignoreChanges: readonly string[];
  /** As Pulumi writes it, e.g. `10m`; empty where the provider's own holds. */
  readonly createTimeout: string;
}

/** What a region has beside its place, its stores and its sizes. */
export const byDefault = {
  account: "123456789012",
  zoneId: "Z1",
  erpCredentials: [],
  cidr: "10.0.0.0/16",
  zones: 2,
  natPerZone: true,
  deletionProtection: true,
  firewall: { mode: "block", addressLimit: 60_000, hostLimit: 300_000 } as const,
  loadBalancers: 1,
  storesPerLoadBalancer: 24,
  resolver: "https://dns.example/resolve",
  erpTimeoutSeconds: 10,
  logRetentionDays: 30,
  alarmEmail: "oncall@orderhub.example",
  oldestOrderSeconds: 300,
  verificationSeconds: 60,
  provesAlarms: false,
  release: "0123456789ab",
  digest: `sha256:${"a".repeat(64)}`,
};

/** A store under a domain, on the first load balancer by default. */
export function storeOf(name: string, domain: string, overrides: Partial<PlacedStore> = {}): PlacedStore {
  const erp = `https://erp.${name}.example/orders`;
  const priority = storePriority(name);
  return {
    name,
    hostname: `${name}.${domain}`,
    aliases: [],
    erp,
    inSequence: false,
    kind: "platform",
    loadBalancer: 1,
    priority,
    ...overrides,
  };
}

/** Digest that every pushed image gets. */
export const pushedDigest = `sha256:${"5".repeat(64)}`;

/**
 * Runs `build` and answers all that was registered by it, in the order of registration.
 *
 * @param outputs further outputs by type
 */
export async function register(
  build: () => unknown,
  outputs: Record<string, Record<string, unknown>> = {},
): Promise<Registered[]> {
  const registered: Registered[] = [];
  const options = new Map<string, pulumi.CustomResourceOptions>();
  const mocks: pulumi.runtime.Mocks = {
    newResource(args) {
      const { protect = false, dependsOn, ignoreChanges = [], customTimeouts } = options.get(keyOf(args)) ?? {};
      registered.push({
        type: args.type,
        name: args.name,
        inputs: args.inputs,
        protect,
        dependsOn: [dependsOn ?? []].flat().map((resource) => describe(resource as pulumi.Resource)),
        ignoreChanges,
        createTimeout: customTimeouts?.create ?? "",
      });
      return { id: `id-${args.name}`, state: { ...args.inputs, ...outputsOf(args), ...outputs[args.type] } };
    },
    call: () => ({}),
  };
  await untraced(() =>
    runMocked("prod-au", mocks, async () => {
      pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
        options.set(keyOf({ type, name }), opts);
        return undefined;
      });
      build();
    }),
  );
  return registered;
}

/**
 * Pulumi takes the stack trace of every promise and resource, and jest looks up the source of every frame: that costs more
 * than all else. Meanwhile an error has no stack trace.
 */
export async function untraced<T>(work: () => Promise<T>): Promise<T> {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = 0;
  Error.prepareStackTrace = String;
  try {
    return await work();
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}

function keyOf({ type, name }: { type: string; name: string }): string {
  return `${type} ${name}`;
}

function describe(resource: pulumi.Resource): string {
  return keyOf({ type: pulumi.resourceType(resource), name: pulumi.resourceName(resource) });
}

function outputsOf({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const arn = `arn:${type.split(":").at(-1)}/${name}`;
  switch (type) {
    case "aws:sqs/queue:Queue":
      return { arn, name: `${name}-1`, url: `https://sqs/${name}` };
    case "aws:acm/certificate:Certificate":
      return {
        arn,
        domainValidationOptions: ["other.example", ...(inputs.subjectAlternativeNames ?? []), inputs.domainName].map(
          option,
        ),
      };
    case "aws:route53/record:Record":
      return { fqdn: inputs.name };
    case "docker:index/image:Image":
      return { repoDigest: `repository@${pushedDigest}` };
    case "aws:secretsmanager/secretVersion:SecretVersion":
      return { arn, versionId: `version-of-${name}` };
    case "tls:index/privateKey:PrivateKey":
      return { privateKeyPem: pulumi.secret(`key of ${name}\n`) };
    case "tls:index/certRequest:CertRequest":
      return { certRequestPem: `request of ${name}\n` };
    case "tls:index/selfSignedCert:SelfSignedCert":
    case "tls:index/locallySignedCert:LocallySignedCert":
      return { certPem: `certificate of ${name}\n` };
    case "aws:ec2/eip:Eip":
      return { allocationId: `eipalloc-${name}` };
    case "aws:ec2/vpcEndpoint:VpcEndpoint":
      return { arn, prefixListId: inputs.vpcEndpointType === "Gateway" ? `pl-${name}` : "" };
    case "aws:lb/loadBalancer:LoadBalancer":
      return { arn, arnSuffix: `app/${name}/1`, dnsName: `${name}.elb.example`, zoneId: "ZLB" };
    case "aws:s3/bucket:Bucket":
      return { arn, bucket: `${name}-1` };
    case "aws:lb/targetGroup:TargetGroup":
      return { arn, arnSuffix: `targetgroup/${name}/1` };
    default:
      return { arn, name: inputs.name ?? `${name}-1` };
  }
}

function option(domainName: string) {
  return {
    domainName,
    resourceRecordName: `_validate.${domainName}`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${domainName}.acm.example`,
  };
}

/** The inputs of the one resource of a type with a name. */
export function inputsOf(registered: readonly Registered[], type: string, name: string): Registered["inputs"] {
  return the(registered, type, name).inputs;
}

/** The one resource of a type with a name. */
export function the(registered: readonly Registered[], type: string, name: string): Registered {
  const found = registered.filter((resource) => resource.type === type && resource.name === name);
  if (found[0] === undefined || found.length > 1) {
    const names = registered.filter((resource) => resource.type === type).map((resource) => resource.name);
    throw new Error(`Expected one ${type} ${name}, found ${found.length}; of that type there are ${names.join(", ")}`);
  }
  return found[0];
}

/** How many there are of each type, components and provider apart. */
export function countByType(registered: readonly Registered[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of registered) {
    if (/^(aws|docker|tls|pulumi-nodejs):/.test(type)) {
      counts[type] = (counts[type] ?? 0) + 1;
    }
  }
  return counts;
}

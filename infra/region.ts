/**
 * Everything that runs in one stack, composed in the one place where its parts meet.
 */
import * as pulumi from "@pulumi/pulumi";
import { AccessLogs } from "./access-logs.ts";
import { Authority } from "./authority.ts";
import { Certificate } from "./certificates.ts";
import { Containers, canarySize, type ServiceSize } from "./containers.ts";
import { Firewall, type FirewallSettings } from "./firewall.ts";
import { SyntheticSecret } from "./inbound-secrets.ts";
import { LoadBalancer, loadBalancerName } from "./load-balancer.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { AlarmProof } from "./monitoring/proof.ts";
import { AlarmTopic } from "./monitoring/topic.ts";
import { Network } from "./network.ts";
import { expectations, type Published } from "./published.ts";
import { Queue } from "./queue.ts";
import { type PlacedStore, Store } from "./stores.ts";
import { containerPort, type ErpCredential } from "./task-definition.ts";
import { type Report, Verification } from "./verification.ts";

export interface RegionArgs {
  /** AWS account, 12 digits. */
  readonly account: string;
  /** AWS region. */
  readonly region: string;
  /** The region's own domain, and its hosted zone, a prerequisite. */
  readonly domain: string;
  readonly zoneId: string;
  /** Address range of the network. */
  readonly cidr: string;
  /** Availability zones, 2 or 3. */
  readonly zones: number;
  readonly natPerZone: boolean;
  readonly deletionProtection: boolean;
  readonly stores: readonly PlacedStore[];
  /** Of those stores whose ERPs ask for any. */
  readonly erpCredentials: readonly ErpCredential[];
  /** How many load balancers there are; the stores' places name one of them each. */
  readonly loadBalancers: number;
  /** Stores that one of them holds, by AWS's quotas for the account. */
  readonly storesPerLoadBalancer: number;
  readonly firewall: FirewallSettings;
  readonly ingest: ServiceSize;
  readonly dispatch: ServiceSize;
  /** Seconds that one post to an ERP may take. */
  readonly erpTimeoutSeconds: number;
  readonly logRetentionDays: number;
  readonly alarmEmail: string;
  /** Age in seconds of the oldest order above which a notification is sent. */
  readonly oldestOrderSeconds: number;
  /** Seconds that verification waits for what it expects. */
  readonly verificationSeconds: number;
  /** Whether verification stops a container to see that a notification is sent. */
  readonly provesAlarms: boolean;
  /** URL of the resolver that is asked what DNS says. */
  readonly resolver: string;
  /** What runs. */
  readonly release: string;
  /** Digest of its image, `sha256:…`. */
  readonly digest: pulumi.Input<string>;
}

/** All that runs in one stack; the constructor is its table of contents. */
export class Region extends pulumi.ComponentResource {
  readonly loadBalancerDnsName: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  /** Every certificate that was asked for, the platform's first, then the stores' in their order. */
  readonly published: readonly Published[];
  /** What verification found. */
  readonly verification: pulumi.Output<Report>;
  /** Whether verification ran in this update. */
  readonly verified: pulumi.Output<boolean>;

  constructor(name: string, args: RegionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Region", name, { account: args.account, region: args.region, domain: args.domain }, opts);
    const parent = { parent: this };
    const { domain, zoneId } = args;

    const network = new Network(name, { ...args, containerPort }, parent);
    const queue = new Queue(name, args, parent);
    const alarmTopicArn = new AlarmTopic(name, args, parent).arn;
    const certificate = new Certificate(
      `${name}-platform`,
      { kind: "platform", hostname: domain, aliases: [], zoneId, alarmTopicArn },
      parent,
    );
    const accessLogs = new AccessLogs(name, args, parent);
    const loadBalancers = Array.from(
      { length: args.loadBalancers },
      (_, index) =>
        new LoadBalancer(
          loadBalancerName(name, index + 1),
          {
            ...args,
            network,
            accessLogs,
            ...(index === 0 && { platformZoneId: zoneId }),
            containerPort,
            certificateArn: certificate.arn,
          },
          parent,
        ),
    );
    const first = loadBalancers[0] as LoadBalancer;
    const firewall = new Firewall(name, { ...args.firewall, loadBalancers }, parent);
    const stores = args.stores.map((store) => {
      const loadBalancer = loadBalancers[store.loadBalancer - 1] ?? first;
      const placed = { store, zoneId, loadBalancer, alarmTopicArn };
      return new Store(`${name}-store-${store.name}`, placed, parent);
    });
    this.published = [
      { kind: "platform", hostnames: [domain], certificate, loadBalancer: first },
      ...stores.map(({ published }) => published),
    ];
    const authority = new Authority(name, parent);
    const syntheticSecretArn = new SyntheticSecret(name, parent).arn;
    const containers = new Containers(
      name,
      { ...args, network, queue, loadBalancers, authority, syntheticSecretArn },
      parent,
    );
    const counts = { ingest: args.ingest.count, dispatch: args.dispatch.count, canary: canarySize.count };
    const monitoring = new Monitoring(
      name,
      { ...args, containers, queue, loadBalancers, firewall, counts, alarmTopicArn },
      parent,
    );
    const proof = args.provesAlarms ? new AlarmProof(name, { alarmTopicArn }, parent) : undefined;
    const verification = new Verification(
      `${name}-verification`,
      {
        region: args.region,
        domain,
        ...expectations(this.published),
        resolver: args.resolver,
        release: args.release,
        image: args.digest,
        receiptsQueueUrl: queue.receipts.url,
        syntheticSecretArn,
        deadlineSeconds: args.verificationSeconds,
        ...(proof && { alarmProof: proof.of(containers) }),
      },
      {
        ...parent,
        dependsOn: [
          network,
          queue,
          ...loadBalancers,
          firewall,
          ...stores,
          containers,
          monitoring,
          ...(proof ? [proof] : []),
        ],
      },
    );

    this.loadBalancerDnsName = first.dnsName;
    this.queueUrl = queue.orders.url;
    this.deadLetterQueueUrl = queue.deadLetter.url;
    this.clusterName = containers.cluster.name;
    this.verification = verification.report;
    this.verified = verification.ran;
    // What policy rules on a whole stack see of a component are its outputs.
    const { account, region, storesPerLoadBalancer, natPerZone } = args;
    this.registerOutputs({ account, region, domain, storesPerLoadBalancer, natPerZone });
  }
}

/**
 * Everything that runs in one stack, composed in the one place where its parts meet.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Authority } from "./authority.ts";
import { Certificate } from "./certificates.ts";
import { Containers, type ServiceSize } from "./containers.ts";
import { LoadBalancer } from "./loadBalancer.ts";
import { AlarmTopic } from "./monitoring/topic.ts";
import { Monitoring } from "./monitoring.ts";
import { Network } from "./network.ts";
import { Queue } from "./queue.ts";
import { Store } from "./stores.ts";
import { containerPort, type RunningStore } from "./taskDefinition.ts";
import { type Report, Verification } from "./verification.ts";

export interface RegionArgs {
  /** AWS account, 12 digits. */
  readonly account: string;
  /** AWS region. */
  readonly region: string;
  /** The region's own domain; its hosted zone is there beforehand. */
  readonly domain: string;
  /** Address range of the network. */
  readonly cidr: string;
  /** Availability zones, 2 or 3. */
  readonly zones: number;
  readonly natPerZone: boolean;
  readonly deletionProtection: boolean;
  readonly stores: readonly RunningStore[];
  readonly ingest: ServiceSize;
  readonly dispatch: ServiceSize;
  /** Seconds that one post to an ERP may take. */
  readonly erpTimeoutSeconds: number;
  readonly logRetentionDays: number;
  readonly alarmEmail: string;
  /** Age in seconds of the oldest order above which somebody is told. */
  readonly oldestOrderSeconds: number;
  /** Seconds that verification waits for what it expects. */
  readonly verificationSeconds: number;
  /** What runs. */
  readonly release: string;
  /** Digest of its image, `sha256:…`. */
  readonly digest: pulumi.Input<string>;
}

export class Region extends pulumi.ComponentResource {
  readonly loadBalancerDnsName: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  /** What verification found. */
  readonly verification: pulumi.Output<Report>;

  constructor(name: string, args: RegionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Region", name, { account: args.account, region: args.region, domain: args.domain }, opts);
    const parent = { parent: this };
    const { domain } = args;
    const { zoneId } = aws.route53.getZoneOutput({ name: domain }, parent);

    const network = new Network(name, { ...args, containerPort }, parent);
    const queue = new Queue(name, args, parent);
    const alarmTopicArn = new AlarmTopic(name, args, parent).arn;
    const certificate = new Certificate(`${name}-platform`, { hostname: domain, zoneId, alarmTopicArn }, parent);
    const loadBalancer = new LoadBalancer(
      name,
      { ...args, network, zoneId, containerPort, certificateArn: certificate.arn },
      parent,
    );
    const stores = args.stores.map(
      (store) =>
        new Store(
          `${name}-store-${store.name}`,
          { kind: "platform", store: store.name, hostname: store.hostname, zoneId, loadBalancer, alarmTopicArn },
          parent,
        ),
    );
    const authority = new Authority(name, parent);
    const containers = new Containers(name, { ...args, network, queue, loadBalancer, authority }, parent);
    const counts = { ingest: args.ingest.count, dispatch: args.dispatch.count };
    const monitoring = new Monitoring(
      name,
      { ...args, containers, queue, loadBalancer, counts, alarmTopicArn },
      parent,
    );
    const verification = new Verification(
      `${name}-verification`,
      {
        region: args.region,
        domain,
        hostnames: [domain, ...args.stores.map(({ hostname }) => hostname)],
        release: args.release,
        image: args.digest,
        receiptsQueueUrl: queue.receipts.url,
        deadlineSeconds: args.verificationSeconds,
      },
      { ...parent, dependsOn: [network, queue, loadBalancer, ...stores, containers, monitoring] },
    );

    this.loadBalancerDnsName = loadBalancer.dnsName;
    this.queueUrl = queue.orders.url;
    this.deadLetterQueueUrl = queue.deadLetter.url;
    this.clusterName = containers.cluster.name;
    this.verification = verification.report;
    this.registerOutputs();
  }
}

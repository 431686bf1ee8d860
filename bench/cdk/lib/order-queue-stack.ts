import * as acm from "aws-cdk-lib/aws-certificatemanager";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecr from "aws-cdk-lib/aws-ecr";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import * as route53 from "aws-cdk-lib/aws-route53";
import { LoadBalancerTarget } from "aws-cdk-lib/aws-route53-targets";
import * as sqs from "aws-cdk-lib/aws-sqs";
import * as cdk from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { Endpoints } from "./endpoints";
import { Monitoring } from "./monitoring";
import { createCertificateAlarm } from "./monitoring/certificate-alarm";
import { AlarmTopic } from "./monitoring/topic";
import { scaleOnBacklog, scaleOnRequests } from "./scaling";
import type { ServiceSize, Settings, Store } from "./settings";

const containerPort = 8080;
const visibilitySeconds = 120;
const release = "0123456789ab";
const digest = `sha256:${"0".repeat(64)}`;

interface Network {
  readonly vpc: ec2.Vpc;
  readonly front: ec2.SecurityGroup;
  readonly ingest: ec2.SecurityGroup;
  readonly dispatch: ec2.SecurityGroup;
  readonly endpoints: Endpoints;
}

interface Queues {
  readonly orders: sqs.Queue;
  readonly deadLetter: sqs.Queue;
  readonly receipts: sqs.Queue;
}

interface Front {
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly targets: elb.ApplicationTargetGroup;
  readonly listener: elb.ApplicationListener;
}

interface ServiceOptions {
  readonly executionRole: iam.Role;
  readonly taskRole: iam.Role;
  readonly size: ServiceSize;
  readonly securityGroup: ec2.SecurityGroup;
  readonly environment: Record<string, string>;
  readonly stopSeconds: number;
  readonly container?: Partial<ecs.ContainerDefinitionOptions>;
  readonly healthCheckGracePeriod?: cdk.Duration;
}

export class OrderQueueStack extends cdk.Stack {
  private readonly settings: Settings;
  private readonly topic: AlarmTopic;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, { env: { account: settings.account, region: settings.region } });
    this.settings = settings;
    this.topic = new AlarmTopic(this, "AlarmTopic", settings);
    if (id === "staging") this.createRegistry();
    const zone = this.findZone();
    const network = this.createNetwork();
    const queues = this.createQueues();
    const front = this.createLoadBalancer(network, zone);
    for (const store of settings.stores) this.createStore(store, front, zone);
    const containers = this.createContainers(network, queues, front);
    new Monitoring(this, "Monitoring", { settings, topic: this.topic, ...containers, ...queues, ...front });
  }

  /** As in infra/cidr.ts by name, so that nothing is looked up in an account. */
  override get availabilityZones(): string[] {
    return ["a", "b", "c"].map((letter) => `${this.region}${letter}`);
  }

  private createRegistry(): void {
    new ecr.Repository(this, "Repository", {
      repositoryName: "order-queue",
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
    });
    new ecr.CfnReplicationConfiguration(this, "Replication", {
      replicationConfiguration: {
        rules: [
          {
            destinations: [{ region: "eu-west-1", registryId: this.account }],
            repositoryFilters: [{ filter: "order-queue", filterType: "PREFIX_MATCH" }],
          },
        ],
      },
    });
  }

  private findZone(): route53.IHostedZone {
    const zoneName = this.settings.domain;
    return route53.HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId: "Z0123456789", zoneName });
  }

  private createNetwork(): Network {
    const vpc = new ec2.Vpc(this, "Network", {
      ipAddresses: ec2.IpAddresses.cidr(this.settings.cidr),
      maxAzs: this.settings.zones,
      natGateways: this.settings.natPerZone ? this.settings.zones : 1,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: "public", subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: "private", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
    });
    const group = (id: string, description: string) =>
      new ec2.SecurityGroup(this, id, { vpc, description, allowAllOutbound: false, disableInlineRules: true });
    const front = group("FrontGroup", "Load balancer");
    const ingest = group("IngestGroup", "Ingest containers");
    const dispatch = group("DispatchGroup", "Dispatch containers");
    front.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    front.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80));
    front.addEgressRule(ingest, ec2.Port.tcp(containerPort));
    ingest.addIngressRule(front, ec2.Port.tcp(containerPort));
    dispatch.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    const endpoints = new Endpoints(this, "Endpoints", { vpc, callers: { ingest, dispatch } });
    return { vpc, front, ingest, dispatch, endpoints };
  }

  private createQueues(): Queues {
    const fifo = {
      fifo: true,
      deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: cdk.Duration.days(14),
    };
    const deadLetter = new sqs.Queue(this, "DeadLetter", fifo);
    const orders = new sqs.Queue(this, "Orders", {
      ...fifo,
      visibilityTimeout: cdk.Duration.seconds(visibilitySeconds),
      receiveMessageWaitTime: cdk.Duration.seconds(20),
      deadLetterQueue: { queue: deadLetter, maxReceiveCount: 10 },
    });
    const receipts = new sqs.Queue(this, "Receipts", {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: cdk.Duration.minutes(10),
      receiveMessageWaitTime: cdk.Duration.seconds(20),
    });
    return { orders, deadLetter, receipts };
  }

  private createLoadBalancer(network: Network, zone: route53.IHostedZone): Front {
    const balancer = new elb.ApplicationLoadBalancer(this, "Front", {
      vpc: network.vpc,
      internetFacing: true,
      securityGroup: network.front,
      dropInvalidHeaderFields: true,
      deletionProtection: this.settings.deletionProtection,
    });
    const targets = new elb.ApplicationTargetGroup(this, "Targets", {
      vpc: network.vpc,
      targetType: elb.TargetType.IP,
      protocol: elb.ApplicationProtocol.HTTP,
      port: containerPort,
      deregistrationDelay: cdk.Duration.seconds(30),
      healthCheck: {
        path: "/health",
        healthyHttpCodes: "200",
        interval: cdk.Duration.seconds(5),
        timeout: cdk.Duration.seconds(3),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
    const listener = new elb.ApplicationListener(this, "Https", {
      loadBalancer: balancer,
      port: 443,
      open: false,
      sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
      certificates: [this.createCertificate("Platform", this.settings.domain, zone)],
      defaultAction: elb.ListenerAction.fixedResponse(404, { contentType: "text/plain", messageBody: "No such store" }),
    });
    new elb.ApplicationListener(this, "Http", {
      loadBalancer: balancer,
      port: 80,
      open: false,
      defaultAction: elb.ListenerAction.redirect({ protocol: "HTTPS", port: "443", permanent: true }),
    });
    const front = { balancer, targets, listener };
    this.createRoute("Platform", this.settings.domain, 100, front, zone);
    return front;
  }

  private createCertificate(id: string, domainName: string, zone: route53.IHostedZone): acm.Certificate {
    const validation = acm.CertificateValidation.fromDns(zone);
    const certificate = new acm.Certificate(this, `${id}Certificate`, { domainName, validation });
    createCertificateAlarm(certificate, domainName, this.topic);
    return certificate;
  }

  private createRoute(id: string, hostname: string, priority: number, front: Front, zone: route53.IHostedZone): void {
    new elb.ApplicationListenerRule(this, `${id}Rule`, {
      listener: front.listener,
      priority,
      conditions: [elb.ListenerCondition.hostHeaders([hostname])],
      action: elb.ListenerAction.forward([front.targets]),
    });
    const target = route53.RecordTarget.fromAlias(new LoadBalancerTarget(front.balancer));
    new route53.ARecord(this, `${id}Alias`, { zone, recordName: `${hostname}.`, target });
  }

  private createStore(store: Store, front: Front, zone: route53.IHostedZone): void {
    const id = `Store-${store.name}`;
    const certificate = this.createCertificate(id, store.hostname, zone);
    new elb.ApplicationListenerCertificate(this, `${id}Attachment`, {
      listener: front.listener,
      certificates: [certificate],
    });
    this.createRoute(id, store.hostname, 1000 + this.settings.stores.indexOf(store), front, zone);
  }

  private createContainers(network: Network, queues: Queues, front: Front) {
    const cluster = new ecs.Cluster(this, "Cluster", {
      vpc: network.vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
    });
    const executionRole = this.createTaskRole("Execution", "Pulls the image and opens the logs");
    const ingest = this.createService("Ingest", cluster, queues, {
      executionRole,
      taskRole: this.createTaskRole("IngestRole", "Puts orders on the queue"),
      size: this.settings.ingest,
      securityGroup: network.ingest,
      environment: { PORT: String(containerPort), PLATFORM_DOMAIN: this.settings.domain },
      stopSeconds: 60,
      healthCheckGracePeriod: cdk.Duration.seconds(30),
      container: {
        portMappings: [{ containerPort }],
        healthCheck: {
          command: ["CMD", "node", "-e", "…"],
          interval: cdk.Duration.seconds(5),
          timeout: cdk.Duration.seconds(3),
          retries: 3,
          startPeriod: cdk.Duration.seconds(10),
        },
      },
    });
    ingest.attachToApplicationTargetGroup(front.targets);
    ingest.node.addDependency(front.listener, network.endpoints);
    scaleOnRequests(ingest, this.settings.ingest, front.targets);
    queues.orders.grant(ingest.taskDefinition.taskRole, "sqs:SendMessage");
    const dispatch = this.createService("Dispatch", cluster, queues, {
      executionRole,
      taskRole: this.createTaskRole("DispatchRole", "Takes orders from the queue"),
      size: this.settings.dispatch,
      securityGroup: network.dispatch,
      environment: {
        RECEIPTS_QUEUE_URL: queues.receipts.queueUrl,
        ERP_TIMEOUT_MS: String(this.settings.erpTimeoutSeconds * 1000),
        VISIBILITY_TIMEOUT_SECONDS: String(visibilitySeconds),
      },
      stopSeconds: 120,
    });
    dispatch.node.addDependency(network.endpoints);
    scaleOnBacklog(dispatch, this.settings.dispatch, queues.orders);
    queues.orders.grantConsumeMessages(dispatch.taskDefinition.taskRole);
    queues.receipts.grantSendMessages(dispatch.taskDefinition.taskRole);
    return { cluster, ingest, dispatch };
  }

  private createTaskRole(id: string, description: string): iam.Role {
    const conditions = { StringEquals: { "aws:SourceAccount": this.account } };
    const assumedBy = new iam.ServicePrincipal("ecs-tasks.amazonaws.com", { conditions });
    return new iam.Role(this, id, { description, assumedBy });
  }

  private createService(id: string, cluster: ecs.Cluster, queues: Queues, options: ServiceOptions): ecs.FargateService {
    const name = id.toLowerCase();
    const { size, stopSeconds } = options;
    const definition = new ecs.FargateTaskDefinition(this, `${id}Definition`, {
      executionRole: options.executionRole,
      taskRole: options.taskRole,
      cpu: size.cpu,
      memoryLimitMiB: size.memory,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.X86_64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    const repository = ecr.Repository.fromRepositoryName(this, `${id}Repository`, "order-queue");
    definition.addContainer(name, {
      ...options.container,
      image: ecs.ContainerImage.fromEcrRepository(repository, digest),
      command: [name],
      user: "1000:1000",
      readonlyRootFilesystem: true,
      stopTimeout: cdk.Duration.seconds(stopSeconds),
      environment: {
        AWS_REGION: this.region,
        IMAGE_DIGEST: digest,
        QUEUE_URL: queues.orders.queueUrl,
        RELEASE: release,
        STOP_TIMEOUT_SECONDS: String(stopSeconds - 10),
        STORES: JSON.stringify(this.settings.stores),
        ...options.environment,
      },
      logging: ecs.LogDrivers.awsLogs({
        streamPrefix: name,
        logGroup: new logs.LogGroup(this, `${id}Logs`, { retention: this.settings.logRetentionDays }),
      }),
    });
    return new ecs.FargateService(this, id, {
      cluster,
      taskDefinition: definition,
      desiredCount: size.count,
      securityGroups: [options.securityGroup],
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: options.healthCheckGracePeriod,
    });
  }
}

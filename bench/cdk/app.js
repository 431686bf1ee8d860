// @ts-nocheck: aws-cdk-lib is installed only when the benchmark runs.
/**
 * The three stacks of this project once more, in AWS CDK: the same resources as infra/, the same stores as the
 * Pulumi.<stack>.yaml files. What `npm run bench` times `cdk synth` on.
 */
import { readFileSync } from "node:fs";
import { App, aws_certificatemanager as acm, CfnResource, Duration, Stack } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecr from "aws-cdk-lib/aws-ecr";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import * as route53 from "aws-cdk-lib/aws-route53";
import { LoadBalancerTarget } from "aws-cdk-lib/aws-route53-targets";
import * as sns from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { parse } from "yaml";

const containerPort = 8080;
const release = "0123456789ab";
const digest = `sha256:${"0".repeat(64)}`;

class Region extends Stack {
  constructor(app, name, settings) {
    super(app, name, { env: { account: settings.account, region: settings.region } });
    this.settings = settings;
    if (name === "staging") this.createRegistry();
    const zone = this.findZone();
    const network = this.createNetwork();
    const queues = this.createQueues();
    const front = this.createLoadBalancer(network, zone);
    for (const store of settings.stores) this.createStore(store, front, zone);
    const containers = this.createContainers(network, queues, front);
    this.createMonitoring(containers, queues);
  }

  /** As in infra/cidr.ts by name, so that nothing is looked up in an account. */
  get availabilityZones() {
    return ["a", "b", "c"].map((letter) => `${this.region}${letter}`);
  }

  createRegistry() {
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

  findZone() {
    const zoneName = this.settings.domain;
    return route53.HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId: "Z0123456789", zoneName });
  }

  createNetwork() {
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
    const group = (id, description) =>
      new ec2.SecurityGroup(this, id, { vpc, description, allowAllOutbound: false, disableInlineRules: true });
    const front = group("FrontGroup", "Load balancer");
    const ingest = group("IngestGroup", "Ingest containers");
    const dispatch = group("DispatchGroup", "Dispatch containers");
    front.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    front.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80));
    front.addEgressRule(ingest, ec2.Port.tcp(containerPort));
    ingest.addIngressRule(front, ec2.Port.tcp(containerPort));
    ingest.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    dispatch.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    return { vpc, front, ingest, dispatch };
  }

  createQueues() {
    const fifo = {
      fifo: true,
      deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    };
    const deadLetter = new sqs.Queue(this, "DeadLetter", fifo);
    const orders = new sqs.Queue(this, "Orders", {
      ...fifo,
      visibilityTimeout: Duration.seconds(120),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: deadLetter, maxReceiveCount: 5 },
    });
    const receipts = new sqs.Queue(this, "Receipts", {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.minutes(10),
      receiveMessageWaitTime: Duration.seconds(20),
    });
    return { orders, deadLetter, receipts };
  }

  createLoadBalancer(network, zone) {
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
      deregistrationDelay: Duration.seconds(30),
      healthCheck: {
        path: "/health",
        healthyHttpCodes: "200",
        interval: Duration.seconds(5),
        timeout: Duration.seconds(3),
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

  createCertificate(id, domainName, zone) {
    const validation = acm.CertificateValidation.fromDns(zone);
    return new acm.Certificate(this, `${id}Certificate`, { domainName, validation });
  }

  createRoute(id, hostname, priority, { balancer, targets, listener }, zone) {
    new elb.ApplicationListenerRule(this, `${id}Rule`, {
      listener,
      priority,
      conditions: [elb.ListenerCondition.hostHeaders([hostname])],
      action: elb.ListenerAction.forward([targets]),
    });
    const target = route53.RecordTarget.fromAlias(new LoadBalancerTarget(balancer));
    new route53.ARecord(this, `${id}Alias`, { zone, recordName: `${hostname}.`, target });
  }

  createStore(store, front, zone) {
    const id = `Store-${store.name}`;
    const certificate = this.createCertificate(id, store.hostname, zone);
    new elb.ApplicationListenerCertificate(this, `${id}Attachment`, {
      listener: front.listener,
      certificates: [certificate],
    });
    this.createRoute(id, store.hostname, 1000 + this.settings.stores.indexOf(store), front, zone);
  }

  createContainers(network, queues, front) {
    const cluster = new ecs.Cluster(this, "Cluster", {
      vpc: network.vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
    });
    const ingest = this.createService("Ingest", cluster, network.ingest, network.vpc, {
      size: this.settings.ingest,
      environment: { PORT: String(containerPort), QUEUE_URL: queues.orders.queueUrl },
      portMappings: [{ containerPort }],
      healthCheck: { command: ["CMD", "node", "-e", "…"], interval: Duration.seconds(5), timeout: Duration.seconds(3) },
    });
    ingest.attachToApplicationTargetGroup(front.targets);
    ingest.node.addDependency(front.listener);
    queues.orders.grant(ingest.taskDefinition.taskRole, "sqs:SendMessage");
    const dispatch = this.createService("Dispatch", cluster, network.dispatch, network.vpc, {
      size: this.settings.dispatch,
      environment: { QUEUE_URL: queues.orders.queueUrl, RECEIPTS_QUEUE_URL: queues.receipts.queueUrl },
    });
    queues.orders.grantConsumeMessages(dispatch.taskDefinition.taskRole);
    queues.receipts.grantSendMessages(dispatch.taskDefinition.taskRole);
    return { cluster, ingest, dispatch };
  }

  createService(id, cluster, securityGroup, vpc, { size, environment, ...container }) {
    const definition = new ecs.FargateTaskDefinition(this, `${id}Definition`, {
      cpu: size.cpu,
      memoryLimitMiB: size.memory,
    });
    const repository = ecr.Repository.fromRepositoryName(this, `${id}Repository`, "order-queue");
    definition.addContainer(id.toLowerCase(), {
      ...container,
      image: ecs.ContainerImage.fromEcrRepository(repository, digest),
      command: [id.toLowerCase()],
      user: "1000:1000",
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(60),
      environment: { ...environment, RELEASE: release, STORES: JSON.stringify(this.settings.stores) },
      logging: ecs.LogDrivers.awsLogs({
        streamPrefix: id.toLowerCase(),
        logGroup: new logs.LogGroup(this, `${id}Logs`, { retention: this.settings.logRetentionDays }),
      }),
    });
    return new ecs.FargateService(this, id, {
      cluster,
      taskDefinition: definition,
      desiredCount: size.count,
      securityGroups: [securityGroup],
      vpcSubnets: { subnets: vpc.privateSubnets },
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
    });
  }

  createMonitoring({ cluster, ingest, dispatch }, queues) {
    const topic = new sns.Topic(this, "Alarms");
    topic.addSubscription(new EmailSubscription(this.settings.alarmEmail));
    topic.grantPublish(new iam.ServicePrincipal("cloudwatch.amazonaws.com"));
    const tell = (id, detailType, detail) =>
      new Rule(this, id, {
        eventPattern: { source: ["aws.ecs"], detailType: [detailType], detail },
        targets: [new SnsTopic(topic, { message: RuleTargetInput.fromText(EventField.detailType) })],
      });
    tell("Stopped", "ECS Task State Change", { clusterArn: [cluster.clusterArn], lastStatus: ["STOPPED"] });
    tell("Failed", "ECS Deployment State Change", { eventName: ["SERVICE_DEPLOYMENT_FAILED"] });
    const alarm = (id, metric, comparisonOperator, threshold, treatMissingData) => {
      const created = new cloudwatch.Alarm(this, id, {
        metric,
        comparisonOperator,
        threshold,
        treatMissingData,
        evaluationPeriods: 1,
      });
      created.addAlarmAction(new SnsAction(topic));
      created.addOkAction(new SnsAction(topic));
    };
    const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
    const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
    for (const [id, service, { count }] of [
      ["IngestBelowDesired", ingest, this.settings.ingest],
      ["DispatchBelowDesired", dispatch, this.settings.dispatch],
    ]) {
      const running = new cloudwatch.Metric({
        namespace: "ECS/ContainerInsights",
        metricName: "RunningTaskCount",
        dimensionsMap: { ClusterName: cluster.clusterName, ServiceName: service.serviceName },
        statistic: "Minimum",
        period: Duration.minutes(1),
      });
      alarm(id, running, LESS_THAN_THRESHOLD, count, BREACHING);
    }
    const perMinute = { statistic: "Maximum", period: Duration.minutes(1) };
    const dead = queues.deadLetter.metricApproximateNumberOfMessagesVisible(perMinute);
    alarm("DeadLetters", dead, GREATER_THAN_THRESHOLD, 0, NOT_BREACHING);
    const oldest = queues.orders.metricApproximateAgeOfOldestMessage(perMinute);
    alarm("OldOrders", oldest, GREATER_THAN_THRESHOLD, this.settings.oldestOrderSeconds, NOT_BREACHING);
  }
}

/** The settings of a stack, with the defaults of stacks/settings.ts. Numbers and booleans stand there as text. */
function settingsOf(stack) {
  const { config } = parse(readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8"));
  const number = /^\d{1,6}$/;
  const own = Object.entries(config).map(([key, value]) => [
    key.replace("order-queue:", ""),
    number.test(value) || value === "true" || value === "false" ? JSON.parse(value) : value,
  ]);
  const defaults = { cidr: "10.0.0.0/16", zones: 2, natPerZone: true, logRetentionDays: 30, oldestOrderSeconds: 300 };
  return { ...defaults, deletionProtection: true, ...Object.fromEntries(own) };
}

const app = new App();
const stacks = ["staging", "prod-au", "prod-eu"].map((name) => new Region(app, name, settingsOf(name)));
for (const stack of stacks) {
  const resources = stack.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
  process.stderr.write(`${stack.stackName}: ${resources.length} resources\n`);
}
app.synth();

/**
 * The three stacks as a user of the AWS CDK would write them: the patterns of aws-ecs-patterns, certificates and a few
 * alarms, for the settings of the Pulumi.<stack>.yaml files. Not a copy of infra/: `npm run bench` compares the time for
 * each stack and for each resource.
 */
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager";
import { type Alarm, ComparisonOperator } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { IpAddresses, Vpc } from "aws-cdk-lib/aws-ec2";
import { Repository } from "aws-cdk-lib/aws-ecr";
import { Cluster, ContainerImage, ContainerInsights } from "aws-cdk-lib/aws-ecs";
import { ApplicationLoadBalancedFargateService, QueueProcessingFargateService } from "aws-cdk-lib/aws-ecs-patterns";
import { ApplicationProtocol, HttpCodeTarget, SslPolicy } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { BlockPublicAccess, Bucket } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { App, Duration, Stack } from "aws-cdk-lib/core";
import { readSettings, type Settings } from "./settings.ts";

class OrderQueueStack extends Stack {
  constructor(app: App, name: string, settings: Settings) {
    const { account, region, domain, cidr, zones, ingest, dispatch } = settings;
    super(app, name, { env: { account, region } });
    const vpc = new Vpc(this, "Vpc", { ipAddresses: IpAddresses.cidr(cidr), maxAzs: zones });
    const cluster = new Cluster(this, "Cluster", { vpc, containerInsightsV2: ContainerInsights.ENABLED });
    const zone = HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId: "Z1", zoneName: domain });
    const repository = Repository.fromRepositoryName(this, "Repository", "order-queue");
    const image = ContainerImage.fromEcrRepository(repository, `sha256:${"0".repeat(64)}`);
    const service = { cluster, circuitBreaker: { rollback: true }, minHealthyPercent: 100, maxHealthyPercent: 200 };

    const deadLetter = new Queue(this, "DeadLetter", { fifo: true, retentionPeriod: Duration.days(14) });
    const queue = new Queue(this, "Orders", {
      fifo: true,
      visibilityTimeout: Duration.seconds(120),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: deadLetter, maxReceiveCount: 1000 },
    });

    const front = new ApplicationLoadBalancedFargateService(this, "Ingest", {
      ...service,
      ...{ domainZone: zone, domainName: domain, redirectHTTP: true },
      ...{ cpu: ingest.cpu, memoryLimitMiB: ingest.memory, desiredCount: ingest.count },
      certificate: new Certificate(this, "Certificate", {
        domainName: domain,
        validation: CertificateValidation.fromDns(zone),
      }),
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      targetProtocol: ApplicationProtocol.HTTPS,
      healthCheckGracePeriod: Duration.seconds(30),
      taskImageOptions: { image, containerPort: 8080, command: ["ingest"], environment: { QUEUE_URL: queue.queueUrl } },
    });
    queue.grantSendMessages(front.taskDefinition.taskRole);
    front.service
      .autoScaleTaskCount({ minCapacity: ingest.count, maxCapacity: ingest.max })
      .scaleOnRequestCount("Requests", { requestsPerTarget: 1000, targetGroup: front.targetGroup });
    front.loadBalancer.logAccessLogs(
      new Bucket(this, "AccessLogs", {
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        enforceSSL: true,
        lifecycleRules: [{ expiration: Duration.days(settings.logRetentionDays) }],
      }),
    );
    for (const store of settings.stores) {
      const validation = CertificateValidation.fromDns(store.hostname.endsWith(`.${domain}`) ? zone : undefined);
      const certificate = new Certificate(this, `Certificate-${store.name}`, {
        domainName: store.hostname,
        validation,
      });
      front.listener.addCertificates(store.name, [certificate]);
    }

    const worker = new QueueProcessingFargateService(this, "Dispatch", {
      ...service,
      ...{ queue, image, command: ["dispatch"] },
      ...{ cpu: dispatch.cpu, memoryLimitMiB: dispatch.memory },
      ...{ minScalingCapacity: dispatch.count, maxScalingCapacity: dispatch.max },
      environment: {
        STORE_ERPS: JSON.stringify(Object.fromEntries(settings.stores.map(({ name, erp }) => [name, erp]))),
        DEAD_LETTER_QUEUE_URL: deadLetter.queueUrl,
        ERP_TIMEOUT_MS: String(settings.erpTimeoutSeconds * 1000),
      },
    });
    deadLetter.grantSendMessages(worker.taskDefinition.taskRole);

    const topic = new Topic(this, "Alarms");
    topic.addSubscription(new EmailSubscription(settings.alarmEmail));
    const comparisonOperator = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
    const above = (threshold: number) => ({ threshold, evaluationPeriods: 3, comparisonOperator });
    const alarms: Alarm[] = [
      queue.metricApproximateAgeOfOldestMessage().createAlarm(this, "OldOrders", above(300)),
      deadLetter.metricApproximateNumberOfMessagesVisible().createAlarm(this, "DeadLettered", above(1)),
      front.targetGroup.metrics.unhealthyHostCount().createAlarm(this, "Unhealthy", above(1)),
      front.targetGroup.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT).createAlarm(this, "Errors", above(5)),
    ];
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic));
  }

  /** By name, so that nothing is looked up in an account. */
  override get availabilityZones(): string[] {
    return ["a", "b", "c"].map((letter) => `${this.region}${letter}`);
  }
}

const app = new App();
for (const name of ["staging", "prod-au", "prod-eu"]) new OrderQueueStack(app, name, readSettings("../..", name));

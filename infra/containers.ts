/**
 * The containers of a region: one image by digest, run as two services, each as often as its work asks for, and as a
 * canary that watches them (docs/decisions/0007-the-canary-is-a-container.md).
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Authority } from "./authority.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import { imageByDigest, inboundSecretsOf } from "./names.ts";
import type { Network } from "./network.ts";
import { type Queue, visibilitySeconds } from "./queue.ts";
import { Roles } from "./roles.ts";
import { scaleOnBacklog, scaleOnRequests } from "./scaling.ts";
import {
  type ContainerPlan,
  containerPort,
  type ErpCredential,
  type Role,
  type RunningStore,
  taskContainers,
} from "./task-definition.ts";

export interface ServiceSize {
  /** CPU units; 1024 is one vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Containers that run at the least. */
  readonly count: number;
  /** Containers that run at the most, when there is much to do. */
  readonly max: number;
}

export interface ContainersArgs {
  readonly account: string;
  readonly region: string;
  readonly domain: string;
  readonly network: Network;
  readonly queue: Queue;
  readonly loadBalancers: readonly LoadBalancer[];
  /** Whose certificate ingest shows. */
  readonly authority: Authority;
  /** Secret with which synthetic orders are signed. */
  readonly syntheticSecretArn: pulumi.Input<string>;
  /** What runs: the image's digest, `sha256:…`, and the release it belongs to. */
  readonly digest: pulumi.Input<string>;
  readonly release: string;
  readonly stores: readonly RunningStore[];
  /** Of those stores whose ERPs ask for any. */
  readonly erpCredentials: readonly ErpCredential[];
  readonly ingest: ServiceSize;
  readonly dispatch: ServiceSize;
  /** Longest that one post to an ERP may take, in seconds. */
  readonly erpTimeoutSeconds: number;
  /** Days for which logs are kept. */
  readonly logRetentionDays: number;
}

/** It does one small thing a minute; a second one would only send twice the orders. */
export const canarySize = { cpu: 256, memory: 512, count: 1 };

/** Long enough for pulling, two failed starts and draining; a deployment that hangs longer has failed. */
const deploymentTimeout = "20m";

/** The cluster and its three services. */
export class Containers extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster;
  readonly ingest: aws.ecs.Service;
  readonly dispatch: aws.ecs.Service;
  readonly canary: aws.ecs.Service;
  /** Log groups in which dispatch, and the canary of its own, logs the result of each order. */
  readonly dispatchLogName: pulumi.Output<string>;
  readonly canaryLogName: pulumi.Output<string>;

  constructor(name: string, args: ContainersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Containers", name, {}, opts);

    this.cluster = createCluster(name, this);
    const logs = createLogGroups(name, args, this);
    const roles = createRoles(name, args, logs, this);
    const definitions = createTaskDefinitions(name, args, { logs, roles }, this);
    const shared: Shared = { cluster: this.cluster, definitions, roles, network: args.network, parent: this };
    this.ingest = createIngest(name, args, shared);
    this.dispatch = createDispatch(name, args, shared);
    this.canary = createCanary(name, args, shared);
    this.dispatchLogName = logs.dispatch.name;
    this.canaryLogName = logs.canary.name;
    const { cluster, ingest, dispatch } = this;
    scaleOnRequests(name, { cluster, service: ingest, range: args.ingest }, args.loadBalancers, this);
    scaleOnBacklog(
      `${name}-dispatch`,
      { cluster, service: dispatch, range: args.dispatch },
      { orders: args.queue.orders, domain: args.domain },
      this,
    );
    this.registerOutputs();
  }
}

/** One of something for each service. */
type Each<T> = Readonly<Record<Role, T>>;

/** Container Insights is where the count of running containers comes from. */
function createCluster(name: string, parent: Containers): aws.ecs.Cluster {
  return new aws.ecs.Cluster(name, { settings: [{ name: "containerInsights", value: "enabled" }] }, { parent });
}

function createLogGroups(name: string, args: ContainersArgs, parent: Containers): Each<aws.cloudwatch.LogGroup> {
  const group = (role: Role) =>
    new aws.cloudwatch.LogGroup(`${name}-${role}`, { retentionInDays: args.logRetentionDays }, { parent });
  return { ingest: group("ingest"), dispatch: group("dispatch"), canary: group("canary") };
}

function createRoles(
  name: string,
  { account, region, queue, authority, syntheticSecretArn, erpCredentials }: ContainersArgs,
  logs: Each<aws.cloudwatch.LogGroup>,
  parent: Containers,
): Roles {
  return new Roles(
    name,
    {
      ...{ account, region, queue },
      logGroupArns: [logs.ingest.arn, logs.dispatch.arn, logs.canary.arn],
      tlsSecretArn: authority.ingestSecretArn,
      syntheticSecretArn,
      erpCredentials: erpCredentials.length > 0,
    },
    { parent },
  );
}

function createTaskDefinitions(
  name: string,
  args: ContainersArgs,
  { logs, roles }: { logs: Each<aws.cloudwatch.LogGroup>; roles: Roles },
  parent: Containers,
): Each<aws.ecs.TaskDefinition> {
  const define = (role: Role, size: Pick<ServiceSize, "cpu" | "memory">, taskRoleArn: pulumi.Output<string>) =>
    new aws.ecs.TaskDefinition(
      `${name}-${role}`,
      {
        family: `${name}-${role}`,
        cpu: String(size.cpu),
        memory: String(size.memory),
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
        executionRoleArn: roles.executionArn,
        taskRoleArn,
        // No service can return to a deregistered definition.
        skipDestroy: true,
        containerDefinitions: planContainer(name, args, logs[role].name).apply((plan) =>
          JSON.stringify(taskContainers[role](plan)),
        ),
      },
      { parent },
    );
  return {
    ingest: define("ingest", args.ingest, roles.ingestArn),
    dispatch: define("dispatch", args.dispatch, roles.dispatchArn),
    canary: define("canary", canarySize, roles.canaryArn),
  };
}

function planContainer(
  name: string,
  args: ContainersArgs,
  logGroup: pulumi.Output<string>,
): pulumi.Output<ContainerPlan> {
  const { account, region, domain, release, stores, erpTimeoutSeconds, erpCredentials, queue, authority } = args;
  const ingestTls = pulumi.output({ secretArn: authority.ingestSecretArn, versionId: authority.ingestVersionId });
  return pulumi
    .all([args.digest, queue.orders.url, queue.receipts.url, queue.deadLetter.url, logGroup, ingestTls])
    .apply(([digest, ordersUrl, receiptsUrl, deadLetterUrl, group, tls]) => ({
      image: imageByDigest({ account, region }, digest),
      digest,
      release,
      region,
      domain,
      stores,
      ordersUrl,
      receiptsUrl,
      deadLetterUrl,
      visibilitySeconds,
      erpTimeoutSeconds,
      logGroup: group,
      tls,
      erpCredentials,
      inboundSecrets: inboundSecretsOf(name),
    }));
}

/** What every service is made from. */
interface Shared {
  readonly cluster: aws.ecs.Cluster;
  readonly definitions: Each<aws.ecs.TaskDefinition>;
  readonly roles: Roles;
  readonly network: Network;
  readonly parent: Containers;
}

/** ECS refuses a service whose target group no listener forwards to yet. */
function createIngest(name: string, { ingest, loadBalancers }: ContainersArgs, shared: Shared): aws.ecs.Service {
  return new aws.ecs.Service(
    `${name}-ingest`,
    {
      ...deployment("ingest", ingest.count, shared.network.ingestGroupId, shared),
      loadBalancers: loadBalancers.map(({ targetGroupArn }) => ({
        targetGroupArn,
        containerName: "ingest",
        containerPort,
      })),
      healthCheckGracePeriodSeconds: 30,
    },
    { ...scaled(shared), dependsOn: [...loadBalancers.map(({ route }) => route), ...startDependencies(shared)] },
  );
}

function createDispatch(name: string, { dispatch }: ContainersArgs, shared: Shared): aws.ecs.Service {
  const { network } = shared;
  return new aws.ecs.Service(
    `${name}-dispatch`,
    deployment("dispatch", dispatch.count, network.dispatchGroupId, shared),
    scaled(shared),
  );
}

/**
 * Fixed at one task; not autoscaled. It waits for the domain that it orders from: the VPC's resolver keeps that a name does
 * not exist for the 900 s of the zone's SOA record (RFC 2308), and so long no order would come back.
 */
function createCanary(name: string, { loadBalancers }: ContainersArgs, shared: Shared): aws.ecs.Service {
  const { network } = shared;
  return new aws.ecs.Service(`${name}-canary`, deployment("canary", canarySize.count, network.canaryGroupId, shared), {
    ...options(shared),
    dependsOn: [...loadBalancers.flatMap(({ entry }) => entry), ...startDependencies(shared)],
  });
}

/** New containers first, old ones after; one that does not come up is undone by ECS itself. */
function deployment(
  role: Role,
  desiredCount: number,
  groupId: pulumi.Output<string>,
  { cluster, definitions, network }: Shared,
): aws.ecs.ServiceArgs {
  return {
    cluster: cluster.arn,
    taskDefinition: definitions[role].arn,
    desiredCount,
    launchType: "FARGATE",
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    waitForSteadyState: true,
    // Left out, a new service is rebalanced: decision 51.
    availabilityZoneRebalancing: "DISABLED",
    // Tasks carry the stack's tags and ECS's own: the bill and DescribeTasks show whose they are.
    propagateTags: "SERVICE",
    enableEcsManagedTags: true,
    networkConfiguration: { subnets: network.privateSubnetIds, securityGroups: [groupId], assignPublicIp: false },
  };
}

function options(shared: Shared): pulumi.CustomResourceOptions {
  const customTimeouts = { create: deploymentTimeout, update: deploymentTimeout };
  return { parent: shared.parent, dependsOn: startDependencies(shared), customTimeouts };
}

/** From its creation on the service's number is scaling.ts's: an update that set it back would stop containers at work. */
function scaled(shared: Shared): pulumi.CustomResourceOptions {
  return { ...options(shared), ignoreChanges: ["desiredCount"] };
}

/** What a container needs before it starts: its ways to AWS and the ERPs, and what its roles allow. */
function startDependencies({ network, roles }: Shared): pulumi.Resource[] {
  return [...network.paths, ...roles.policies];
}

/**
 * Amazon ECS: what operators read, a task stopped, a deployment forced. Not modelled: tags but those of tasks, other `include`s, capacity providers, task sets,
 * services that are DRAINING or INACTIVE; tasks are kept after their end as the scheduler keeps them (the last 20 of a service), on AWS for an hour.
 * Sources: ECS API reference, also for the errors' words and the sizes of pages.
 */
import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { action, date, nameOf, page, type Service, texts, truth, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties, Resource } from "../../core/store.ts";
import { clusterOf, type EcsApiCall, missing, servicesOf, types } from "./lookups.ts";
import type { Deployment, Task } from "./model.ts";
import { describeServiceDeployments, listServiceDeployments } from "./service-deployments-api.ts";

const tasksOf = (cluster: Properties, { ecs }: EcsApiCall): Task[] =>
  ecs.tasks().filter((task) => task.clusterArn === cluster.arn);

const describeClusters = action(
  { clusters: texts.max(100).optional() },
  ({ clusters = ["default"] }, call: EcsApiCall) => {
    const all = call.store.list(types.cluster, call.region).map(({ outputs }) => outputs);
    const found = all.filter(({ name }) => clusters.map(nameOf).includes(name));
    const arnOf = (name: string) => `arn:aws:ecs:${call.region}:${call.account}:cluster/${name}`;
    return {
      clusters: found.map((cluster) => {
        const tasks = tasksOf(cluster, call).map(({ lastStatus }) => lastStatus);
        return {
          clusterArn: cluster.arn,
          clusterName: cluster.name,
          status: "ACTIVE",
          registeredContainerInstancesCount: 0,
          runningTasksCount: tasks.filter((status) => status === "RUNNING").length,
          pendingTasksCount: tasks.filter((status) => ["PROVISIONING", "PENDING", "ACTIVATING"].includes(status))
            .length,
          activeServicesCount: servicesOf(cluster, call).length,
        };
      }),
      failures: missing(
        clusters,
        found.map(({ name }) => name),
        arnOf,
      ),
    };
  },
);

const listClusters = action(
  { maxResults: whole(1, 100).default(100), nextToken: z.string().optional() },
  ({ maxResults, nextToken }, { store, region }) => {
    const arns = store.list(types.cluster, region).map(({ outputs }) => outputs.arn);
    const { items, next } = page(arns, maxResults, nextToken);
    return { clusterArns: items, nextToken: next };
  },
);

const listServices = action(
  {
    cluster: z.string().optional(),
    launchType: z.literal("FARGATE").optional(),
    schedulingStrategy: z.literal("REPLICA").optional(),
    maxResults: whole(1, 100).default(10),
    nextToken: z.string().optional(),
  },
  ({ cluster, maxResults, nextToken }, call) => {
    const arns = servicesOf(clusterOf(cluster, call), call).map(({ outputs }) => outputs.arn);
    const { items, next } = page(arns, maxResults, nextToken);
    return { serviceArns: items, nextToken: next };
  },
);

const describeServices = action(
  { cluster: z.string().optional(), services: texts.min(1, "Services cannot be empty.").max(10) },
  ({ cluster, services }, call: EcsApiCall) => {
    const holder = clusterOf(cluster, call);
    const found = servicesOf(holder, call).filter(({ outputs }) => services.map(nameOf).includes(outputs.name));
    const arnOf = (name: string) => `${holder.arn.replace(":cluster/", ":service/")}/${name}`;
    return {
      services: found.map((service) => serviceShape(service, call)),
      failures: missing(
        services,
        found.map(({ outputs }) => outputs.name),
        arnOf,
      ),
    };
  },
);

function serviceShape({ outputs }: Resource, { ecs }: EcsApiCall): Properties {
  const state = ecs.describe(outputs.arn);
  const tasks = ecs.tasks(outputs.arn);
  const [primary] = state?.deployments ?? [];
  return {
    serviceArn: outputs.arn,
    serviceName: outputs.name,
    clusterArn: outputs.cluster,
    status: "ACTIVE",
    desiredCount: outputs.desiredCount ?? 0,
    runningCount: state?.running ?? 0,
    pendingCount: state?.pending ?? 0,
    launchType: "FARGATE",
    schedulingStrategy: "REPLICA",
    taskDefinition: primary?.taskDefinitionArn ?? outputs.taskDefinition,
    deploymentConfiguration: {
      minimumHealthyPercent: outputs.deploymentMinimumHealthyPercent,
      maximumPercent: outputs.deploymentMaximumPercent,
      deploymentCircuitBreaker: outputs.deploymentCircuitBreaker,
    },
    networkConfiguration: networkOf(outputs),
    platformVersion: outputs.platformVersion ?? "LATEST",
    healthCheckGracePeriodSeconds: outputs.healthCheckGracePeriodSeconds,
    loadBalancers: outputs.loadBalancers ?? [],
    deployments: state?.deployments.map((one) => deploymentShape(one, tasks, outputs.desiredCount ?? 0)) ?? [],
    events: state?.events.toReversed().map(({ at, message }) => ({ createdAt: date(at), message })) ?? [],
  };
}

function networkOf({ networkConfiguration: network }: Properties): Properties | undefined {
  if (!network) return undefined;
  const { subnets, securityGroups, assignPublicIp } = network;
  return { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: assignPublicIp ? "ENABLED" : "DISABLED" } };
}

/** What is ACTIVE beside the PRIMARY one is on its way out: nothing of it is desired any more. */
function deploymentShape(deployment: Deployment, tasks: Task[], desired: number): Properties {
  const { id, status, taskDefinitionArn, rolloutState, rolloutStateReason, failedTasks } = deployment;
  const own = tasks.filter(({ startedBy }) => startedBy === id).map(({ lastStatus }) => lastStatus);
  return {
    ...{ id, status, taskDefinition: taskDefinitionArn, rolloutState, rolloutStateReason, failedTasks },
    desiredCount: status === "PRIMARY" ? desired : 0,
    runningCount: own.filter((one) => one === "RUNNING").length,
    pendingCount: own.filter((one) => ["PROVISIONING", "PENDING", "ACTIVATING"].includes(one)).length,
    launchType: "FARGATE",
    createdAt: date(deployment.createdAt),
    updatedAt: date(deployment.updatedAt),
  };
}

/** Another deployment of what the service has; a change of anything else is the program's. */
const updateService = action(
  { cluster: z.string().optional(), service: z.string(), forceNewDeployment: truth },
  ({ cluster, service, forceNewDeployment }, call: EcsApiCall) => {
    const found = servicesOf(clusterOf(cluster, call), call).find(({ outputs }) => outputs.name === nameOf(service));
    if (!found) throw new AwsError("ServiceNotFoundException", "Service not found.");
    if (forceNewDeployment) call.ecs.forceDeployment(found.outputs.arn);
    return { service: serviceShape(found, call) };
  },
);

const listTasks = action(
  {
    cluster: z.string().optional(),
    serviceName: z.string().optional(),
    family: z.string().optional(),
    startedBy: z.string().optional(),
    launchType: z.literal("FARGATE").optional(),
    desiredStatus: z.enum(["RUNNING", "PENDING", "STOPPED"]).default("RUNNING"),
    maxResults: whole(1, 100).default(100),
    nextToken: z.string().optional(),
  },
  ({ cluster, serviceName, family, startedBy, desiredStatus, maxResults, nextToken }, call: EcsApiCall) => {
    const holder = clusterOf(cluster, call);
    const known = servicesOf(holder, call).some(({ outputs }) => outputs.name === nameOf(serviceName ?? ""));
    if (serviceName !== undefined && !known) throw new AwsError("ServiceNotFoundException", "Service not found.");
    const arns = tasksOf(holder, call)
      .filter((task) => task.desiredStatus === desiredStatus)
      .filter((task) => serviceName === undefined || task.group === `service:${nameOf(serviceName)}`)
      .filter((task) => startedBy === undefined || task.startedBy === startedBy)
      .filter((task) => family === undefined || familyOf(task.taskDefinitionArn) === family)
      .map(({ arn }) => arn);
    const { items, next } = page(arns, maxResults, nextToken);
    return { taskArns: items, nextToken: next };
  },
);

const familyOf = (definitionArn: string): string => nameOf(definitionArn).split(":")[0] ?? "";

const describeTasks = action(
  {
    cluster: z.string().optional(),
    tasks: texts.min(1, "Tasks cannot be empty.").max(100),
    include: z.array(z.literal("TAGS")).optional(),
  },
  ({ cluster, tasks, include = [] }, call: EcsApiCall) => {
    const holder = clusterOf(cluster, call);
    const found = tasksOf(holder, call).filter(({ id }) => tasks.map(nameOf).includes(id));
    const arnOf = (id: string) => `${holder.arn.replace(":cluster/", ":task/")}/${id}`;
    return {
      tasks: found.map((task) => ({ ...taskShape(task), ...(include.includes("TAGS") && { tags: tagList(task) }) })),
      failures: missing(
        tasks,
        found.map(({ id }) => id),
        arnOf,
      ),
    };
  },
);

/** A task that an earlier version of the twin kept has none. */
const tagList = ({ tags = {} }: Partial<Task>) => Object.entries(tags).map(([key, value]) => ({ key, value }));

function taskShape(task: Task): Properties {
  const { arn, clusterArn, taskDefinitionArn, group, startedBy, cpu, memory, version } = task;
  const { lastStatus, desiredStatus, healthStatus, stoppedReason, stopCode } = task;
  return {
    ...{ taskArn: arn, clusterArn, taskDefinitionArn, group, startedBy, cpu, memory, version, launchType: "FARGATE" },
    ...{ lastStatus, desiredStatus, healthStatus, stoppedReason, stopCode },
    availabilityZone: task.availabilityZone,
    attachments: [attachmentOf(task)],
    createdAt: date(task.createdAt),
    startedAt: date(task.startedAt),
    stoppingAt: date(task.stoppingAt),
    stoppedAt: date(task.stoppedAt),
    containers: task.containers.map(({ name, image, imageDigest, exitCode, reason, ...state }) => ({
      ...{ name, image, imageDigest, exitCode, reason },
      ...{ lastStatus: state.lastStatus, healthStatus: state.healthStatus },
      networkInterfaces: task.eni.address ? [{ attachmentId: task.id, privateIpv4Address: task.eni.address }] : [],
      taskArn: arn,
      containerArn: `${arn.replace(":task/", ":container/")}/${name}`,
    })),
  };
}

/** The task's network interface; its id is the task's, which has one alone. */
function attachmentOf({ id, eni, lastStatus }: Task): Properties {
  const status = lastStatus === "STOPPED" ? "DELETED" : eni.address ? "ATTACHED" : "PRECREATED";
  const details = [
    { name: "subnetId", value: eni.subnetId },
    ...(eni.address ? [{ name: "privateIPv4Address", value: eni.address }] : []),
  ];
  return { id, type: "ElasticNetworkInterface", status, details };
}

const describeTaskDefinition = action({ taskDefinition: z.string() }, ({ taskDefinition }, { store, region }) => {
  const inactive = (arn: string) => store.read("task-definition-inactive", arn) !== undefined;
  const all = store.list(types.definition, region).map(({ outputs }) => outputs);
  const name = nameOf(taskDefinition);
  // A family alone means its newest revision that is ACTIVE.
  const found = name.includes(":")
    ? all.find(({ arn }) => nameOf(arn) === name)
    : all.filter(({ arn, family }) => family === name && !inactive(arn)).sort((a, b) => b.revision - a.revision)[0];
  if (!found) throw new AwsError("ClientException", "Unable to describe task definition.");
  const { arn, family, revision, cpu, memory, networkMode, requiresCompatibilities, runtimePlatform } = found;
  return {
    taskDefinition: {
      ...{ taskDefinitionArn: arn, family, revision, cpu, memory, networkMode, requiresCompatibilities },
      ...{ runtimePlatform, taskRoleArn: found.taskRoleArn, executionRoleArn: found.executionRoleArn },
      status: inactive(arn) ? "INACTIVE" : "ACTIVE",
      containerDefinitions: JSON.parse(found.containerDefinitions),
    },
  };
});

const stopTask = action(
  { cluster: z.string().optional(), task: z.string(), reason: z.string().max(1024).optional() },
  ({ cluster, task, reason = "Task stopped by user" }, call: EcsApiCall) => {
    const find = () => tasksOf(clusterOf(cluster, call), call).find(({ id }) => id === nameOf(task));
    const running = find();
    if (!running) throw new AwsError("InvalidParameterException", "The referenced task was not found.");
    if (running.lastStatus !== "STOPPED") call.ecs.stopTask(running.id, reason);
    return { task: taskShape(find() ?? running) };
  },
);

export const ecs: Service<EcsApiCall> = {
  name: "ecs",
  protocols: [json11],
  target: "AmazonEC2ContainerServiceV20141113",
  invalid: "InvalidParameterException",
  actions: {
    DescribeClusters: describeClusters,
    DescribeServiceDeployments: describeServiceDeployments,
    DescribeServices: describeServices,
    DescribeTaskDefinition: describeTaskDefinition,
    DescribeTasks: describeTasks,
    ListClusters: listClusters,
    ListServiceDeployments: listServiceDeployments,
    ListServices: listServices,
    ListTasks: listTasks,
    StopTask: stopTask,
    UpdateService: updateService,
  },
};

import type { Cloud } from "../../../../../twin/cloud.ts";
import type { Properties } from "../../../../../twin/core/store.ts";
import {
  account,
  containers,
  document,
  ec2,
  executionStatements,
  forwardTo,
  image,
  imageName,
  listener,
  loadBalancer,
  put,
  region,
  role,
  service,
  startTimedCloud,
  targetGroup,
  taskDefinition,
  webProgram,
} from "../../cloud.ts";

let test: Awaited<ReturnType<typeof startTimedCloud>>;
let cloud: Cloud;
let revision = 0;

const group = "/app";
const host = `${account}.dkr.ecr.${region}.amazonaws.com`;
const digest = imageName.split("@")[1];
const bucket = `prod-${region}-starport-layer-bucket`;
const unable = "ResourceInitializationError: unable to pull secrets or registry auth:";
const invalid = "ResourceInitializationError: failed to validate logger args:";
const manifest = (times: number) =>
  `CannotPullContainerError: pull image manifest has been retried ${times} time(s): failed to resolve ref ${imageName}:`;
const layers = (times: number) =>
  `CannotPullContainerError: ref pull has been retried ${times} time(s): failed to copy: httpReadSeeker: failed open:`;
const logsStatement = {
  ...{ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"] },
  Resource: `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:*`,
};

beforeAll(async () => {
  test = await startTimedCloud(containers === "docker" ? {} : { dropMs: 20 });
  cloud = test.cloud;
  image(cloud, test.directory, "setInterval(() => {}, 1000);");
  asUsual();
});
afterAll(() => test.close());

/** Everything is there and open. */
function asUsual(): void {
  role(cloud, "execution", [...executionStatements, logsStatement]);
  put(cloud, "aws:cloudwatch/logGroup:LogGroup", group, { name: group });
}

/** An interface endpoint with the service's name; its group, the VPC's default one, lets in only itself. */
const closedDoor = (name: string) => door(name, { securityGroupIds: ["sg-default"] });
const door = (name: string, outputs: Properties) =>
  ec2(cloud, "VpcEndpoint", `vpce-${name}`, {
    ...{ vpcId: "vpc-1", serviceName: `com.amazonaws.${region}.${name}`, vpcEndpointType: "Interface" },
    ...{ subnetIds: ["subnet-private-a"], privateDnsEnabled: true },
    ...outputs,
  });
const without = (action: string) =>
  role(
    cloud,
    "execution",
    [...executionStatements, logsStatement].map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().map((one) => (one === action ? "ecr:DescribeImages" : one)),
    })),
  );

/** What the next task says; request ids, which are random, are left out. */
async function stoppedReason(): Promise<{ reason: string; task: string }> {
  revision++;
  const options = { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": "app" };
  const logConfiguration = { logDriver: "awslogs", options };
  const arn = service(cloud, taskDefinition(cloud, revision, { portMappings: [], logConfiguration }));
  const stopped = await test.eventually(
    () => cloud.ecs.tasks(arn).find((task) => task.taskDefinitionArn.endsWith(`:${revision}`) && task.stoppedReason),
    "the end of the task",
  );
  expect(stopped.stopCode).toBe("TaskFailedToStart");
  return {
    reason: (stopped.stoppedReason ?? "").replace(/RequestID: [0-9a-f-]{36}/, "RequestID: ID"),
    task: stopped.id,
  };
}

const denied = (task: string, action: string, resource: string, policy = "identity-based") =>
  `User: arn:aws:sts::${account}:assumed-role/execution/${task} is not authorized to perform: ${action} ` +
  `on resource: ${resource} because no ${policy} policy allows the ${action} action`;

interface Case {
  what: string;
  /** Breaks one thing; what it returns is removed again. */
  breaks: () => string | undefined;
  reason: (task: string) => string;
}

const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
const cases: Case[] = [
  {
    what: "a role that trusts another service",
    breaks: () => void role(cloud, "execution", executionStatements, "ecs.amazonaws.com"),
    reason: () =>
      `ECS was unable to assume the role 'arn:aws:iam::${account}:role/execution' that was provided for this task. Please ` +
      "verify that the role being passed has the proper trust relationship and permissions and that your IAM user has " +
      "permissions to pass this role.",
  },
  {
    what: "no permission for the registry's token",
    breaks: () => void without("ecr:GetAuthorizationToken"),
    reason: (task) =>
      `${unable} execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried ` +
      "1 time(s): operation error ECR: GetAuthorizationToken, https response error StatusCode: 400, RequestID: ID, api " +
      `error AccessDeniedException: ${denied(task, "ecr:GetAuthorizationToken", "*")}`,
  },
  {
    what: "a closed endpoint of ECR's API",
    breaks: () => closedDoor("ecr.api"),
    reason: () =>
      `${unable} The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and ` +
      "Amazon ECR. Check your task network configuration. operation error ECR: GetAuthorizationToken, exceeded maximum " +
      "number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, " +
      `Post "https://api.ecr.${region}.amazonaws.com/": dial tcp: i/o timeout`,
  },
  {
    what: "no permission to open a log stream",
    breaks: () => void without("logs:CreateLogStream"),
    reason: (task) => {
      const stream = `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:app/app/${task}`;
      return (
        `${invalid} create stream has been retried 1 times: failed to create Cloudwatch log stream: operation error ` +
        "CloudWatch Logs: CreateLogStream, https response error StatusCode: 400, RequestID: ID, api error " +
        `AccessDeniedException: ${denied(task, "logs:CreateLogStream", stream)}: exit status 1`
      );
    },
  },
  {
    what: "a closed endpoint of the logs",
    breaks: () => closedDoor("logs"),
    reason: () =>
      `${invalid} The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection ` +
      "issue between the task and Amazon CloudWatch. Check your network configuration.: signal: killed",
  },
  {
    what: "a log group that is not there",
    breaks: () => void cloud.store.remove("aws:cloudwatch/logGroup:LogGroup", group, region),
    reason: () =>
      `${invalid} create stream has been retried 1 times: failed to create Cloudwatch log stream: operation error ` +
      "CloudWatch Logs: CreateLogStream, https response error StatusCode: 400, RequestID: ID, ResourceNotFoundException: " +
      "The specified log group does not exist.: exit status 1",
  },
  {
    what: "a closed endpoint of the registry",
    breaks: () => closedDoor("ecr.dkr"),
    reason: () =>
      `${manifest(5)} failed to do request: Head "https://${host}/v2/order-queue/manifests/${digest}": dial tcp: i/o timeout`,
  },
  {
    what: "no permission for the image",
    breaks: () => void without("ecr:BatchGetImage"),
    reason: () =>
      `${manifest(1)} pulling from host ${host} failed with status code [manifests ${digest}]: 403 Forbidden`,
  },
  {
    what: "no permission for its layers",
    breaks: () => void without("ecr:GetDownloadUrlForLayer"),
    reason: () => `${layers(1)} unexpected status code https://${host}: 403 Forbidden`,
  },
  {
    what: "an endpoint of S3 whose policy leaves out ECR's bucket",
    breaks: () =>
      door("s3", {
        ...{ vpcEndpointType: "Gateway", privateDnsEnabled: false, routeTableIds: ["rtb-private-a", "rtb-private-b"] },
        policy: document([
          { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::some-other-bucket/*" },
        ]),
      }),
    reason: () => `${layers(1)} unexpected status code https://${bucket}.s3.${region}.amazonaws.com: 403 Forbidden`,
  },
  {
    what: "an endpoint of S3 that answers to its name and lets no connection in",
    breaks: () => closedDoor("s3"),
    reason: () =>
      `${layers(5)} failed to do request: Get "https://${bucket}.s3.${region}.amazonaws.com": dial tcp: i/o timeout`,
  },
];

it.each(cases)("$what", async ({ breaks, reason }) => {
  const added = breaks();
  const stopped = await stoppedReason();
  expect(stopped.reason).toBe(reason(stopped.task));
  if (added) cloud.store.remove(endpoint, added, region);
  asUsual();
});

it("a subnet without a free address", async () => {
  const small = { vpcId: "vpc-1", cidrBlock: "10.0.20.0/30", availabilityZone: `${region}a` };
  ec2(cloud, "Subnet", "subnet-small", small);
  const networkConfiguration = { subnets: ["subnet-small"], securityGroups: ["sg-app"] };
  const arn = service(cloud, taskDefinition(cloud, ++revision, { portMappings: [] }), { networkConfiguration });
  const wanted = "Unexpected EC2 error while attempting to create network interface in subnet 'subnet-small': ";
  await test.eventually(
    () => cloud.ecs.tasks(arn).find((task) => task.stoppedReason === `${wanted}InsufficientFreeAddressesInSubnet`),
    "the end of the task",
  );
});

it("and with all of it repaired a task starts, one in each zone", async () => {
  const arn = service(cloud, taskDefinition(cloud, ++revision, { portMappings: [] }), { desiredCount: 2 });
  await test.during(cloud.ecs.steady(arn, 20_000));
  const running = cloud.ecs.tasks(arn).filter((task) => task.lastStatus === "RUNNING");
  expect(running.map((task) => task.availabilityZone).sort()).toEqual([`${region}a`, `${region}b`]);
});

describe("a task of several containers", () => {
  const exits = { command: ["-e", "process.exit(3)"] };
  const runs = { command: ["-e", "setInterval(() => {}, 1000)"] };
  const sidecar = { name: "sidecar", image: imageName };
  const taskOf = (arn: string) => cloud.ecs.tasks(arn).find((task) => task.taskDefinitionArn.endsWith(`:${revision}`));

  beforeAll(() => {
    asUsual();
    image(cloud, test.directory, webProgram);
  });

  it("starts them all, and registers the one that the service names with the load balancer", async () => {
    const group = targetGroup(cloud, "sidecars");
    listener(cloud, loadBalancer(cloud), 80, { defaultActions: forwardTo(group) });
    const definition = taskDefinition(
      cloud,
      ++revision,
      { portMappings: [], ...runs },
      {
        ...sidecar,
        portMappings: [{ containerPort: 8080 }],
      },
    );
    const loadBalancers = [{ targetGroupArn: group, containerName: "sidecar", containerPort: 8080 }];
    const arn = service(cloud, definition, { loadBalancers });
    await test.during(cloud.ecs.steady(arn, 20_000));
    const task = taskOf(arn);
    expect(task?.containers.map(({ name, lastStatus }) => `${name} ${lastStatus}`)).toEqual([
      "app RUNNING",
      "sidecar RUNNING",
    ]);
    expect(cloud.targets.of(group)).toMatchObject([{ inside: { taskId: task?.id, port: 8080 }, state: "healthy" }]);
  });

  it("continues without one that is not essential, and its health is that of the essential ones", async () => {
    const check = { command: ["CMD", "/bin/false"], interval: 5, timeout: 2, retries: 1, startPeriod: 0 };
    const ended = { ...sidecar, ...exits, essential: false };
    const sick = { name: "sick", image: imageName, ...runs, essential: false, healthCheck: check };
    const arn = service(cloud, taskDefinition(cloud, ++revision, { portMappings: [], ...runs }, ended, sick));
    await test.during(cloud.ecs.steady(arn, 20_000));
    const state = (name: string) => taskOf(arn)?.containers.find((container) => container.name === name);
    await test.eventually(() => state("sick")?.healthStatus === "UNHEALTHY" || undefined, "the failed check");
    expect(state("sidecar")).toMatchObject({ lastStatus: "STOPPED", exitCode: 3 });
    expect(taskOf(arn)).toMatchObject({ lastStatus: "RUNNING", healthStatus: "UNKNOWN" });
  });

  it("stops with one that is essential, as all are that do not say otherwise", async () => {
    const definition = taskDefinition(cloud, ++revision, { portMappings: [], ...runs }, { ...sidecar, ...exits });
    const arn = service(cloud, definition);
    const task = await test.eventually(
      () => cloud.ecs.tasks(arn).find((one) => one.taskDefinitionArn === definition && one.lastStatus === "STOPPED"),
      "the end of the task",
    );
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
    });
    expect(task.containers.map(({ name, exitCode }) => `${name} ${exitCode}`)).toContain("sidecar 3");
    expect(task.containers.every(({ lastStatus }) => lastStatus === "STOPPED")).toBe(true);
  });
});

import type { Cloud } from "../../../../../twin/cloud.ts";
import type { Task } from "../../../../../twin/services/ecs/model.ts";
import { ManualClock } from "../../../../manual-clock.ts";
import { image, service, startTestCloud, targetGroup, taskDefinition } from "../../cloud.ts";
import { inProcessContainers } from "../../in-process-containers.ts";

const clock = new ManualClock();
let test: Awaited<ReturnType<typeof startTestCloud>>;
let cloud: Cloud;
let revision = 0;

beforeAll(async () => {
  test = await startTestCloud({ time: clock, runtime: inProcessContainers(clock) });
  cloud = test.cloud;
  image(cloud, test.directory, "");
});
afterAll(() => clock.during(test.close()));

const withoutBreaker = { deploymentCircuitBreaker: { enable: false, rollback: false } };

/** A service of one task; the tasks of its last deployment, the oldest first. */
function start(container: object, outputs: object = {}) {
  const definition = taskDefinition(cloud, ++revision, container);
  const arn = service(cloud, definition, { ...withoutBreaker, ...outputs });
  const tasks = () => cloud.ecs.tasks(arn).filter(({ taskDefinitionArn }) => taskDefinitionArn === definition);
  return { arn, tasks };
}

const seconds = (from?: string, to?: string) => (Date.parse(to ?? "") - Date.parse(from ?? "")) / 1000;
const attached = () => ({
  loadBalancers: [{ targetGroupArn: targetGroup(cloud, "app"), containerName: "app", containerPort: 8080 }],
});
const stopped = (tasks: () => Task[]) =>
  clock.until("a stopped task", () => tasks().find(({ lastStatus }) => lastStatus === "STOPPED"));

it("waits twice as long after each failed task from the third on, a second first", async () => {
  const { tasks } = start({ command: ["-e", "process.exit(4)"] }, attached());
  await clock.until("the sixth task", () => tasks().length === 6);
  const waits = tasks()
    .slice(1)
    .map(({ createdAt }, index) => seconds(tasks()[index]?.stoppedAt, createdAt));
  // The scheduler looks once a second.
  const least = [0, 0, 1, 2, 4];
  expect(waits.map((wait, index) => wait >= (least[index] ?? 0) && wait <= (least[index] ?? 0) + 1)).toEqual(
    new Array(5).fill(true),
  );
});

it("stops a task that fails the load balancer's checks after two of them, 5 s apart", async () => {
  const { tasks } = start({ environment: [{ name: "SICK", value: "yes" }] }, attached());
  const task = await stopped(tasks);
  expect(task.stoppedReason).toMatch(/^Task failed ELB health checks in /);
  const ran = seconds(task.startedAt, task.stoppingAt);
  expect(ran).toBeGreaterThanOrEqual(5);
  expect(ran).toBeLessThanOrEqual(6);
});

it("lets a task that fails the load balancer's checks run for its grace period", async () => {
  const grace = { healthCheckGracePeriodSeconds: 30 };
  const { tasks } = start({ environment: [{ name: "SICK", value: "yes" }] }, { ...attached(), ...grace });
  const task = await stopped(tasks);
  const ran = seconds(task.startedAt, task.stoppingAt);
  expect(ran).toBeGreaterThanOrEqual(30);
  expect(ran).toBeLessThanOrEqual(31);
});

it("kills a container that has not ended by its stop timeout", async () => {
  const { arn, tasks } = start({ stopTimeout: 2, environment: [{ name: "DEAF", value: "yes" }] }, attached());
  await clock.during(cloud.ecs.steady(arn, 60_000));
  cloud.ecs.stopTask(tasks()[0]?.id ?? "", "test");
  const task = await stopped(tasks);
  expect([task.containers[0]?.exitCode, seconds(task.stoppingAt, task.stoppedAt)]).toEqual([137, 2]);
});

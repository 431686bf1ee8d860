/** A twin of its own process, for tests that kill one: one service, and one more message in a queue at each start. */
import { image, region, service, startTestCloud, taskDefinition, webProgram } from "./cloud.ts";

const directory = process.argv[2] ?? "";
const { cloud } = await startTestCloud({ directory });
image(cloud, directory, webProgram);
const orders = `arn:aws:sqs:${region}:123456789012:orders`;
if (cloud.sqs.queues.list().length === 0) cloud.sqs.create("orders", region, {});
cloud.sqs.send(orders, "order");
const arn = service(cloud, taskDefinition(cloud, 1));
await cloud.ecs.steady(arn, 20_000);
const tasks = cloud.ecs.tasks(arn);
const running = tasks.find((task) => task.lastStatus === "RUNNING");
console.log(
  JSON.stringify({
    task: running?.id,
    pid: running?.containers[0]?.pid,
    orders: cloud.sqs.depth("orders", region).visible,
    stopped: tasks.flatMap((task) => task.stoppedReason ?? []),
  }),
);

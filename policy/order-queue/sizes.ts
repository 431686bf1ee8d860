/** How large tasks are, how many run, and for how long what they work on is kept. */
import { containersOf } from "../fargate/definitions.ts";
import { isDeadLetterQueue } from "../fargate/queues.ts";
import { resourceRule, stackRule } from "../rule.ts";
import { roleOf } from "./definitions.ts";

/** MiB by CPU units: the least, the most and the step (Amazon ECS developer guide, "Fargate task definitions", task CPU and memory). */
const fargate: Readonly<Record<string, readonly [least: number, most: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};

function isFargateSize(cpu: string, memory: number): boolean {
  const [least, most, step] = fargate[cpu] ?? [1, 0, 1];
  // 1.5 GiB is the one step that 256 CPU units lack.
  return memory >= least && memory <= most && memory % step === 0 && !(cpu === "256" && memory === 1536);
}

/** MiB that a task of the service needs under load, twice over (docs/performance.md). */
const leastMemory = 512;

export const taskSizeIsOfFargate = resourceRule({
  name: "task-size-is-one-of-fargate",
  description: "A task has a size that Fargate offers and memory for twice its measured need: a plan shows neither.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: ({ cpu = "", memory = "" }, report) => {
    if (!isFargateSize(cpu, Number(memory)))
      report(
        `${cpu || "no"} CPU units with ${memory || "no"} MiB is no size of Fargate. Fix: choose one, e.g. 256 and 512`,
      );
    else if (Number(memory) < leastMemory) report(`memory is ${memory} MiB; expected ${leastMemory} or more`);
  },
});

export const scalingKeepsOne = stackRule({
  name: "service-scaling-keeps-one",
  description:
    "At least one container runs, whatever waits: from none a backlog per container cannot be computed, and no order is taken.",
  on: "aws:appautoscaling/target:Target",
  check: (target, report, stack) => {
    const { minCapacity = 0, maxCapacity = 0 } = target.props;
    const policies = stack.all("aws:appautoscaling/policy:Policy");
    if (
      !policies.some((one) =>
        one.refersTo("resourceId", "aws:appautoscaling/target:Target").some(({ urn }) => urn === target.urn),
      )
    )
      report("no policy scales it. Fix: add one that takes resourceId from it");
    if (minCapacity < 1) report(`minCapacity is ${minCapacity}. Fix: set 1 or more`);
    if (maxCapacity <= minCapacity)
      report(`maxCapacity is ${maxCapacity}. Fix: set more than minCapacity, ${minCapacity}, or nothing scales`);
  },
});

export const scalingStartsWithinRange = stackRule({
  name: "service-runs-at-least-one",
  description: "A service is asked for one container or more.",
  on: "aws:ecs/service:Service",
  check: ({ props: { desiredCount = 0 } }, report) => {
    if (desiredCount < 1) report(`desiredCount is ${desiredCount}. Fix: set 1 or more`);
  },
});

/** Seconds: as long as SQS keeps anything, so that an ERP may be away over a weekend and a holiday. */
const orderRetention = 14 * 86_400;

export const ordersAreKept = stackRule({
  name: "queue-keeps-orders-for-14-days",
  description:
    "A queue of orders, and the queue of those that were given up, keeps them for 14 days, as long as SQS can.",
  on: "aws:sqs/queue:Queue",
  check: (queue, report, stack) => {
    const holdsOrders =
      queue.refersTo("redrivePolicy", "aws:sqs/queue:Queue").length > 0 || isDeadLetterQueue(queue, stack);
    const { messageRetentionSeconds: kept } = queue.props;
    if (holdsOrders && kept !== orderRetention)
      report(`messageRetentionSeconds is ${kept ?? "not set"}. Fix: set ${orderRetention}`);
  },
});

/** SQS developer guide, "High throughput for FIFO queues": the limit per group needs deduplication per group. */
export const fifoSettingsBelongTogether = resourceRule({
  name: "queue-fifo-settings-belong-together",
  description:
    "A FIFO queue counts throughput and duplicates by message group, both: with one alone AWS refuses it, with neither a region has 300 calls a second.",
  on: "aws:sqs/queue:Queue",
  check: ({ fifoQueue, deduplicationScope: scope, fifoThroughputLimit: limit }, report) => {
    if (!fifoQueue) return;
    if (scope !== "messageGroup") report(`deduplicationScope is ${scope ?? "not set"}. Fix: set "messageGroup"`);
    if (limit !== "perMessageGroupId")
      report(`fifoThroughputLimit is ${limit ?? "not set"}. Fix: set "perMessageGroupId"`);
  },
});

/** Seconds of a long poll, the most that SQS allows. */
const longPoll = 20;

export const emptyQueueIsNotPolled = stackRule({
  name: "queue-is-polled-long",
  description: "A receive on an empty queue of the service waits 20 s: short polls are billed, and may miss a message.",
  on: "aws:sqs/queue:Queue",
  check: (queue, report, stack) => {
    const { url } = queue.props as { url?: string };
    const isReceivedFrom = stack
      .all("aws:ecs/taskDefinition:TaskDefinition")
      .flatMap(({ props }) => containersOf(props))
      .some((container) =>
        (container.environment ?? []).some(
          ({ name, value }) => value === url && url !== undefined && receives[roleOf(container) ?? ""]?.includes(name),
        ),
      );
    const { receiveWaitTimeSeconds: wait = 0, delaySeconds = 0 } = queue.props;
    if (isReceivedFrom && wait !== longPoll) report(`receiveWaitTimeSeconds is ${wait}. Fix: set ${longPoll}`);
    if (isReceivedFrom && delaySeconds > 0) report(`delaySeconds is ${delaySeconds}. Fix: remove it`);
  },
});

/** The queues from which a role receives, by variable. */
const receives: Readonly<Record<string, readonly string[]>> = {
  dispatch: ["QUEUE_URL"],
  canary: ["RECEIPTS_QUEUE_URL"],
};

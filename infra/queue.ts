/**
 * Where accepted orders are kept until their ERP has them.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface QueueArgs {
  /** Whether Pulumi refuses to delete the queues that hold orders. */
  readonly deletionProtection: boolean;
}

/** Seconds for which an order that dispatch received is invisible to others; above all its attempts at the ERP together. */
export const visibilitySeconds = 120;
/**
 * Times a message is received before SQS itself moves it to the dead-letter queue, the most that there may be
 * (aws.github.io/modern-data-architecture-accelerator, QueueDlqProps: 1 to 1,000). Waiting counts as receives, and dispatch gives
 * orders up before, with their reason (service/retry-policy.ts, MAX_RECEIVES); this is for what it never comes to handle.
 */
export const maxReceives = 1_000;

const day = 24 * 60 * 60;
/** As long as SQS keeps anything: a store's ERP may be away over a weekend and a holiday. */
const retentionSeconds = 14 * day;
/** A receipt is read within seconds by its sender, or never. */
const receiptSeconds = 10 * 60;

/** The queue of orders, its dead-letter queue, and the queue of receipts. */
export class Queue extends pulumi.ComponentResource {
  /** Accepted orders, first in first out within one order's group, each id once. */
  readonly orders: aws.sqs.Queue;
  /** Orders that dispatch could not deliver. */
  readonly deadLetter: aws.sqs.Queue;
  /** Receipts of synthetic orders: verification's and the canary's. */
  readonly receipts: aws.sqs.Queue;

  constructor(name: string, args: QueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Queue", name, {}, opts);

    this.deadLetter = createDeadLetter(name, args, this);
    this.orders = createOrders(name, args, this.deadLetter, this);
    this.receipts = createReceipts(name, this);
    this.registerOutputs();
  }
}

/** FIFO throughput counted by message group, since each order is a group of its own. */
const fifo = { fifoQueue: true, deduplicationScope: "messageGroup", fifoThroughputLimit: "perMessageGroupId" };
const encrypted = { sqsManagedSseEnabled: true };

/** The dead-letter queue of a FIFO queue is a FIFO queue. */
function createDeadLetter(name: string, args: QueueArgs, parent: Queue): aws.sqs.Queue {
  return new aws.sqs.Queue(
    `${name}-dead-letter`,
    { ...fifo, ...encrypted, messageRetentionSeconds: retentionSeconds },
    { parent, protect: args.deletionProtection },
  );
}

function createOrders(name: string, args: QueueArgs, deadLetter: aws.sqs.Queue, parent: Queue): aws.sqs.Queue {
  return new aws.sqs.Queue(
    `${name}-orders`,
    {
      ...fifo,
      ...encrypted,
      messageRetentionSeconds: retentionSeconds,
      visibilityTimeoutSeconds: visibilitySeconds,
      receiveWaitTimeSeconds: 20,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetter.arn, maxReceiveCount: maxReceives }),
    },
    { parent, protect: args.deletionProtection },
  );
}

function createReceipts(name: string, parent: Queue): aws.sqs.Queue {
  return new aws.sqs.Queue(
    `${name}-receipts`,
    { ...encrypted, messageRetentionSeconds: receiptSeconds, receiveWaitTimeSeconds: 20 },
    { parent },
  );
}

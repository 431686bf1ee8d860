import type { Clock } from "../../core/clock.ts";
import { changedAttributes, checkDeadLetterTarget, newAttributes } from "./attributes.ts";
import { Database } from "./database.ts";
import { Messages } from "./messages.ts";
import { invalid, type Queue, type QueueAttributes, SqsError } from "./model.ts";

const minuteMs = 60_000;

/** What a queue is created with. */
export interface NewQueue {
  name: string;
  region: string;
  attributes: QueueAttributes;
  tags?: Record<string, string>;
}

/**
 * The queues of all regions, in one SQLite file: a twin killed with -9 has every message that it acknowledged. Not modelled:
 * encryption, quotas of messages in flight and how far a FIFO queue looks for message groups (120,000 each), the 12 hours that all
 * visibility timeouts of one receive may have together, RedriveAllowPolicy.
 */
export class Queues {
  readonly database: Database;
  readonly messages: Messages;
  readonly #account: string;
  readonly #now: Clock;
  /** By ARN; only this process writes the file. */
  readonly #queues = new Map<string, Queue>();
  /** When a queue was deleted, by its ARN. */
  readonly #deleted = new Map<string, number>();

  constructor(directory: string, account: string, now: Clock) {
    this.database = new Database(directory);
    this.#account = account;
    this.#now = now;
    for (const { body } of this.database.all<{ body: string }>("SELECT body FROM queues ORDER BY arn")) {
      const queue: Queue = JSON.parse(body);
      this.#queues.set(queue.arn, queue);
    }
    this.messages = new Messages(this.database, (arn) => this.find(arn), now);
  }

  arn(name: string, region: string): string {
    return `arn:aws:sqs:${region}:${this.#account}:${name}`;
  }

  /** A queue that is there already is returned when it has the attributes that are asked for (API_CreateQueue). @throws SqsError */
  create({ name, region, attributes, tags = {} }: NewQueue): Queue {
    const fifo = attributes.FifoQueue?.toLowerCase() === "true";
    const problem = nameProblem(name, fifo);
    if (problem) throw invalid(problem);
    const arn = this.arn(name, region);
    const created = newAttributes(attributes);
    const before = this.find(arn);
    if (before) {
      const other = Object.keys(attributes).find((one) => before.attributes[one] !== created[one]);
      if (other === undefined) return before;
      const message = `A queue already exists with the same name and a different value for attribute ${other}`;
      throw new SqsError("QueueNameExists", message);
    }
    const deduplicatesByGroup = created.DeduplicationScope === "messageGroup";
    const now = this.#now();
    const queue = {
      arn,
      name,
      region,
      attributes: created,
      tags,
      createdAt: now,
      modifiedAt: now,
      deduplicatesByGroup,
    };
    checkDeadLetterTarget(queue, (target) => this.find(target));
    this.write(queue);
    return queue;
  }

  /** @throws SqsError */
  setAttributes(arn: string, attributes: QueueAttributes): void {
    const queue = this.get(arn);
    const changed = { ...queue, attributes: changedAttributes(queue, attributes), modifiedAt: this.#now() };
    if (attributes.RedrivePolicy) checkDeadLetterTarget(changed, (target) => this.find(target));
    this.write(changed);
  }

  delete(arn: string): void {
    if (!this.#queues.delete(arn)) return;
    this.#deleted.set(arn, this.#now());
    this.database.run("DELETE FROM queues WHERE arn = ?", arn);
    this.messages.clear(arn);
  }

  /** Its name is taken for a minute (API_DeleteQueue). */
  deletedRecently(arn: string): boolean {
    return this.#now() - (this.#deleted.get(arn) ?? Number.NEGATIVE_INFINITY) < minuteMs;
  }

  /** By name. */
  list(region?: string): Queue[] {
    const all = [...this.#queues.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1));
    return region ? all.filter((queue) => queue.region === region) : all;
  }

  find(arn: string): Queue | undefined {
    return this.#queues.get(arn);
  }

  /** @throws SqsError QueueDoesNotExist */
  get(arn: string): Queue {
    const queue = this.find(arn);
    if (!queue) throw new SqsError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  }

  /** Everything in it goes, and what it knows of messages sent before. @throws SqsError for the second time within a minute */
  purge(arn: string): void {
    const queue = this.get(arn);
    const now = this.#now();
    if (queue.purgedAt !== undefined && now - queue.purgedAt < minuteMs) {
      const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
      throw new SqsError("PurgeQueueInProgress", message, 403);
    }
    this.messages.clear(arn);
    this.write({ ...queue, purgedAt: now });
  }

  write(queue: Queue): void {
    this.#queues.set(queue.arn, queue);
    const json = JSON.stringify(queue);
    this.database.run("INSERT OR REPLACE INTO queues VALUES (?, ?)", queue.arn, json);
  }

  close(): void {
    this.database.close();
  }
}

/** AWS's words where a name does not have the form of its kind of queue. */
function nameProblem(name: string, fifo: boolean): string | undefined {
  if (fifo && !/^[\w-]{1,75}\.fifo$/.test(name))
    return "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length";
  if (!fifo && !/^[\w-]{1,80}$/.test(name))
    return "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
  return undefined;
}

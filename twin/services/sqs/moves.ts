import { randomUUID } from "node:crypto";
import type { Time } from "../../core/clock.ts";
import { invalid, type Queue, redrive, SqsError } from "./model.ts";
import type { Queues } from "./queues.ts";

const secondMs = 1_000;
/** Messages a second where the call names no rate, which AWS chooses; also the most that a call may name. */
const fastest = 500;

/** A redrive of a dead-letter queue, as ListMessageMoveTasks has it. */
interface Move {
  id: string;
  source: string;
  destination?: string | undefined;
  rate?: number | undefined;
  /** Milliseconds since 1970. */
  startedAt: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  toMove: number;
  moved: number;
  failure?: string | undefined;
}

/**
 * Redrives of dead-letter queues (API_StartMessageMoveTask), a second's messages at a time; those that run continue after a
 * restart. Recorded on AWS: LocalStack's tests/aws/services/sqs/test_sqs_move_task.snapshot.json.
 */
export class Moves {
  readonly #queues: Queues;
  readonly #time: Time;
  readonly #moved: (queueArn: string) => void;
  readonly #cancels = new Map<string, () => void>();

  constructor(queues: Queues, time: Time, moved: (queueArn: string) => void) {
    this.#queues = queues;
    this.#time = time;
    this.#moved = moved;
    for (const move of this.#all().filter(isRunning)) this.#continue(move, 0);
  }

  /** @returns the task's handle @throws SqsError */
  start(source: string, destination: string | undefined, rate: number | undefined): string {
    this.#must(source, "SourceArn");
    if (!this.#queues.list().some((queue) => redrive(queue).deadLetterArn === source))
      throw invalid("Source queue must be configured as a Dead Letter Queue.");
    if (destination !== undefined) this.#must(destination, "DestinationArn");
    if (this.#all().some((move) => move.source === source && isRunning(move)))
      throw invalid(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    const toMove = this.#queues.messages.depth(source).visible;
    const started = { id: randomUUID(), source, destination, rate, startedAt: this.#time.now(), moved: 0, toMove };
    const move: Move = { ...started, status: "RUNNING" };
    this.#write(move);
    this.#continue(move, 0);
    return taskHandle(move);
  }

  /** The latest first. @throws SqsError */
  list(source: string, most: number) {
    this.#must(source, "SourceArn");
    const of = this.#all().filter((move) => move.source === source);
    return of.slice(0, most).map((move) => ({
      ...(isRunning(move) && { TaskHandle: taskHandle(move) }),
      ...{ Status: move.status, SourceArn: move.source, DestinationArn: move.destination },
      ...{ MaxNumberOfMessagesPerSecond: move.rate, StartedTimestamp: move.startedAt, FailureReason: move.failure },
      ...{ ApproximateNumberOfMessagesMoved: move.moved, ApproximateNumberOfMessagesToMove: move.toMove },
    }));
  }

  /** @returns how many were moved @throws SqsError */
  cancel(handle: string): number {
    const { taskId, sourceArn } = readTaskHandle(handle);
    this.#must(sourceArn, "SourceArn");
    const move = this.#all().find(({ id }) => id === taskId);
    if (!move) throw notFound("Task does not exist.");
    if (!isRunning(move)) throw invalid("Only active tasks can be cancelled.");
    this.#cancels.get(move.id)?.();
    this.#write({ ...move, status: "CANCELLED" });
    return move.moved;
  }

  close(): void {
    for (const cancel of this.#cancels.values()) cancel();
  }

  #continue(move: Move, afterMs: number): void {
    this.#cancels.set(
      move.id,
      this.#time.after(afterMs, () => this.#step(move)),
    );
  }

  #step(move: Move): void {
    const { messages } = this.#queues;
    const source = this.#queues.find(move.source);
    const to = move.destination === undefined ? undefined : this.#queues.find(move.destination);
    if (!source || (move.destination !== undefined && !to))
      return void this.#end(move, "FAILED", "AWS.SimpleQueueService.NonExistentQueue");
    const count = Math.min(move.rate ?? fastest, move.toMove - move.moved);
    const { moved, failure } = messages.move(source, count, to);
    for (const queue of moved > 0 ? (to ? [to] : this.#sourcesOf(source)) : []) this.#moved(queue.arn);
    const after = { ...move, moved: move.moved + moved };
    if (failure) return void this.#end(after, "FAILED", failure);
    if (after.moved >= move.toMove || moved < count) return void this.#end(after, "COMPLETED");
    this.#write(after);
    this.#continue(after, secondMs);
  }

  #sourcesOf({ arn }: Queue): Queue[] {
    return this.#queues.list().filter((queue) => redrive(queue).deadLetterArn === arn);
  }

  #end(move: Move, status: Move["status"], failure?: string): void {
    this.#cancels.delete(move.id);
    this.#write({ ...move, status, failure });
  }

  #must(arn: string, parameter: string): void {
    if (!/^arn:[^:]+:sqs:[^:]+:\d{12}:[^:]+$/.test(arn))
      throw invalid(
        `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
      );
    if (!this.#queues.find(arn))
      throw notFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`);
  }

  #all(): Move[] {
    const rows = this.#queues.database.all<{ body: string }>(
      "SELECT body FROM moves ORDER BY startedAt DESC, rowid DESC",
    );
    return rows.map(({ body }) => JSON.parse(body));
  }

  #write(move: Move): void {
    const values = [move.id, move.source, move.startedAt, JSON.stringify(move)];
    this.#queues.database.run("INSERT OR REPLACE INTO moves VALUES (?, ?, ?, ?)", ...values);
  }
}

const isRunning = ({ status }: Move): boolean => status === "RUNNING";
const notFound = (message: string) => new SqsError("ResourceNotFoundException", message, 404);

/** As on AWS: JSON in base 64. */
const taskHandle = ({ id, source }: Move): string =>
  Buffer.from(JSON.stringify({ taskId: id, sourceArn: source })).toString("base64");

/** ARN of the queue that a task empties. @throws SqsError */
export const sourceOfTask = (handle: string): string => readTaskHandle(handle).sourceArn;

function readTaskHandle(handle: string): { taskId: string; sourceArn: string } {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, "base64").toString());
    if (typeof taskId === "string" && typeof sourceArn === "string") return { taskId, sourceArn };
  } catch {
    // Said below, as for JSON that is no handle.
  }
  throw invalid("Value for parameter TaskHandle is invalid.");
}

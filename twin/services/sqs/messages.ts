import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import type { Database } from "./database.ts";
import {
  type Depth,
  deduplicationId,
  invalidValue,
  isFifo,
  type Message,
  type NewMessage,
  type Queue,
  readHandle,
  redrive,
} from "./model.ts";

const dedupWindowMs = 300_000;

/**
 * What is in the queues. FIFO order, deduplication for 5 minutes, visibility, delay, retention and dead-letter queues are
 * those of AWS, where the pages leave it open as recorded on AWS (LocalStack's tests/aws/services/sqs, snapshots of 2024 and
 * 2025). Of a message group only what comes after a message in flight waits; a receive takes one group after the other, and a group
 * that was served, or that becomes ready again, goes behind the others.
 */
export class Messages {
  readonly #db: Database;
  readonly #find: (arn: string) => Queue | undefined;
  readonly #now: Clock;
  #turn: number;

  constructor(db: Database, find: (arn: string) => Queue | undefined, now: Clock) {
    this.#db = db;
    this.#find = find;
    this.#now = now;
    this.#turn = db.first<{ turn: number | null }>("SELECT MAX(turn) AS turn FROM groups")?.turn ?? 0;
  }

  /** The id and sequence of the message, or of the equal one sent before it to a FIFO queue. @throws SqsError */
  send(queue: Queue, message: NewMessage): { id: string; sequence: number } {
    const now = this.#now();
    const dedupId = deduplicationId(queue, message);
    const key = dedupId !== undefined && queue.deduplicatesByGroup ? `${message.groupId} ${dedupId}` : dedupId;
    return this.#db.whole(() => {
      if (key !== undefined) {
        this.#db.run("DELETE FROM sent WHERE at < ?", now - dedupWindowMs);
        const same = "SELECT id, sequence FROM sent WHERE queue = ? AND dedupId = ?";
        const before = this.#db.first<{ id: string; sequence: number }>(same, queue.arn, key);
        if (before) return { ...before };
      }
      const own = isFifo(queue) ? undefined : message.delay;
      const id = randomUUID();
      const sequence = this.#insert({
        ...{ id, queue: queue.arn, body: message.body, attributes: JSON.stringify(message.attributes ?? {}) },
        ...{ trace: message.trace ?? null, groupId: message.groupId ?? null, dedupId: dedupId ?? null },
        ...{ sentAt: now, visibleAt: now + (own ?? Number(queue.attributes.DelaySeconds)) * 1000 },
      });
      if (key !== undefined) this.#db.run("INSERT INTO sent VALUES (?, ?, ?, ?, ?)", queue.arn, key, id, sequence, now);
      if (isFifo(queue)) this.#settle(queue, message.groupId ?? "", false);
      return { id, sequence };
    });
  }

  /** Up to `count` messages, invisible for `visibilitySeconds` from now; those received too often move on instead. */
  receive(queue: Queue, count: number, visibilitySeconds?: number): Message[] {
    const seconds = visibilitySeconds ?? Number(queue.attributes.VisibilityTimeout);
    return this.#db.whole(() => {
      this.#expire(queue);
      return isFifo(queue) ? this.#receiveFifo(queue, count, seconds) : this.#receiveStandard(queue, count, seconds);
    });
  }

  #receiveStandard(queue: Queue, count: number, seconds: number): Message[] {
    const visible = "SELECT * FROM messages WHERE queue = ? AND visibleAt <= ? ORDER BY visibleAt, sequence LIMIT ?";
    const rows = this.#living(queue, () => this.#db.all<Message>(visible, queue.arn, this.#now(), count));
    return rows.map((message) => this.#take(message, seconds));
  }

  #receiveFifo(queue: Queue, count: number, seconds: number): Message[] {
    const now = this.#now();
    // A group that is served with a timeout of 0 is ready again at once: its turn is then a later one.
    const last = this.#turn;
    const ready =
      "SELECT groupId FROM groups WHERE queue = ? AND readyAt <= ? AND turn <= ? ORDER BY readyAt, turn LIMIT 1";
    const received: Message[] = [];
    while (received.length < count) {
      const group = this.#db.first<{ groupId: string }>(ready, queue.arn, now, last);
      if (!group) break;
      const left = count - received.length;
      const rows = this.#living(queue, () => this.#headOf(queue, group.groupId, left));
      received.push(...rows.map((message) => this.#take(message, seconds)));
      this.#settle(queue, group.groupId, true);
    }
    return received;
  }

  /** A group's first messages, up to the first one that is not visible. */
  #headOf(queue: Queue, groupId: string, count: number): Message[] {
    const first = "SELECT * FROM messages WHERE queue = ? AND groupId = ? ORDER BY sequence LIMIT ?";
    const rows = this.#db.all<Message>(first, queue.arn, groupId, count);
    const blocked = rows.findIndex(({ visibleAt }) => visibleAt > this.#now());
    return blocked < 0 ? rows : rows.slice(0, blocked);
  }

  /** What may still be received of what `read` finds; the others go to the dead-letter queue, and it is read again. */
  #living(queue: Queue, read: () => Message[]): Message[] {
    const { deadLetterArn, maxReceives } = redrive(queue);
    const target = deadLetterArn === undefined ? undefined : this.#find(deadLetterArn);
    for (;;) {
      const rows = read();
      const dead = target ? rows.filter(({ receives }) => receives >= maxReceives) : [];
      if (!target || dead.length === 0) return rows;
      for (const message of dead) this.#bury(message, target);
    }
  }

  /**
   * In a standard queue its age and retention count on; in a FIFO queue they restart, and its deduplication id is its own id
   * (SQS developer guide, "Configure a dead-letter queue redrive", note).
   */
  #bury(message: Message, target: Queue): void {
    const now = this.#now();
    const fifo = isFifo(target);
    this.#db.run(
      "UPDATE messages SET queue = ?, source = ?, visibleAt = ?, sentAt = ?, dedupId = ?, receipt = NULL WHERE sequence = ?",
      ...[target.arn, message.queue, now, fifo ? now : message.sentAt, fifo ? message.id : message.dedupId],
      message.sequence,
    );
    if (fifo) this.#settle(target, message.groupId ?? "", false);
  }

  #take(message: Message, seconds: number): Message {
    const now = this.#now();
    const receipt = randomBytes(18).toString("base64url");
    const firstReceivedAt = message.firstReceivedAt ?? now;
    const [receives, visibleAt] = [message.receives + 1, now + seconds * 1000];
    this.#db.run(
      "UPDATE messages SET receipt = ?, visibleAt = ?, receives = ?, firstReceivedAt = ? WHERE sequence = ?",
      ...[receipt, visibleAt, receives, firstReceivedAt, message.sequence],
    );
    return { ...message, receipt, visibleAt, receives, firstReceivedAt };
  }

  /**
   * Deleting what is gone, or with an older handle from a standard queue, does nothing (API_DeleteMessage).
   * @throws SqsError for a handle of a FIFO queue that has expired
   */
  remove(queue: Queue, handle: string): void {
    const { sequence, receipt } = readHandle(queue.arn, handle);
    const message = this.#of(queue, sequence);
    if (!message) return;
    if (isFifo(queue)) this.#mustBeInFlight(message, receipt, handle);
    else if (message.receipt !== receipt) return;
    this.#erase(queue, message);
  }

  /** Removes a message, received or not. */
  #erase(queue: Queue, { sequence, groupId }: Message): void {
    this.#db.whole(() => {
      this.#db.run("DELETE FROM messages WHERE sequence = ?", sequence);
      if (isFifo(queue)) this.#settle(queue, groupId ?? "", false);
    });
  }

  /** Any handle of a message will do in a standard queue, also one that has expired. @throws SqsError */
  changeVisibility(queue: Queue, handle: string, seconds: number): void {
    const { sequence, receipt } = readHandle(queue.arn, handle);
    const message = this.#of(queue, sequence);
    if (!message)
      throw invalidValue(
        handle,
        "ReceiptHandle",
        "Message does not exist or is not available for visibility timeout change.",
      );
    if (isFifo(queue)) this.#mustBeInFlight(message, receipt, handle);
    const visibleAt = this.#now() + seconds * 1000;
    this.#db.whole(() => {
      this.#db.run("UPDATE messages SET visibleAt = ? WHERE sequence = ?", visibleAt, message.sequence);
      if (isFifo(queue)) this.#settle(queue, message.groupId ?? "", false);
    });
  }

  #of(queue: Queue, sequence: number): Message | undefined {
    return this.#db.first<Message>("SELECT * FROM messages WHERE sequence = ? AND queue = ?", sequence, queue.arn);
  }

  #mustBeInFlight(message: Message, receipt: string, handle: string): void {
    if (message.receipt !== receipt || message.visibleAt <= this.#now())
      throw invalidValue(handle, "ReceiptHandle", "The receipt handle has expired.");
  }

  /**
   * Moves visible messages, the oldest first, to where each came from or to one queue. There they are new: id, age and count of receives restart
   * (SQS developer guide, "Configure a dead-letter queue redrive").
   * @returns how many were moved, and the first whose way is not known or gone
   */
  move(queue: Queue, count: number, to?: Queue): { moved: number; failure?: "CouldNotDetermineMessageSource" } {
    const oldest = "SELECT * FROM messages WHERE queue = ? AND visibleAt <= ? ORDER BY sequence LIMIT ?";
    return this.#db.whole(() => {
      let moved = 0;
      for (const message of this.#db.all<Message>(oldest, queue.arn, this.#now(), count)) {
        const target = to ?? this.#find(message.source ?? "");
        if (!target) return { moved, failure: "CouldNotDetermineMessageSource" as const };
        const now = this.#now();
        const { body, attributes, trace, groupId } = message;
        const id = randomUUID();
        const dedupId = isFifo(target) ? id : null;
        this.#erase(queue, message);
        this.#insert({
          ...{ id, queue: target.arn, body, attributes, trace, groupId, dedupId, sentAt: now, visibleAt: now },
        });
        if (isFifo(target)) this.#settle(target, groupId ?? "", false);
        moved += 1;
      }
      return { moved };
    });
  }

  clear(arn: string): void {
    this.#db.whole(() => {
      for (const table of ["messages", "groups", "sent"]) this.#db.run(`DELETE FROM ${table} WHERE queue = ?`, arn);
    });
  }

  depth(arn: string): Depth {
    const now = this.#now();
    const row = this.#db.first<Record<string, number | null>>(
      `SELECT COALESCE(SUM(visibleAt <= ?), 0) AS visible,
              COALESCE(SUM(visibleAt > ? AND receipt IS NOT NULL), 0) AS inFlight,
              COALESCE(SUM(visibleAt > ? AND receipt IS NULL), 0) AS delayed, MIN(sentAt) AS oldest
       FROM messages WHERE queue = ?`,
      ...[now, now, now, arn],
    );
    const { visible, inFlight, delayed, oldest } = row ?? {};
    const oldestSeconds = oldest === null || oldest === undefined ? 0 : Math.max(0, Math.floor((now - oldest) / 1000));
    return { visible: visible ?? 0, inFlight: inFlight ?? 0, delayed: delayed ?? 0, oldestSeconds };
  }

  /** What was sent last and is still there, the newest first; this does not receive it. */
  last(arn: string, count: number): Message[] {
    return this.#db.all(
      "SELECT * FROM messages WHERE queue = ? ORDER BY sentAt DESC, sequence DESC LIMIT ?",
      arn,
      count,
    );
  }

  /** What is older than the queue keeps. */
  #expire(queue: Queue): void {
    const before = this.#now() - Number(queue.attributes.MessageRetentionPeriod) * 1000;
    for (const message of this.#db.all<Message>(
      "SELECT * FROM messages WHERE queue = ? AND sentAt < ?",
      queue.arn,
      before,
    ))
      this.#erase(queue, message);
  }

  #insert(message: Omit<Message, "sequence" | "firstReceivedAt" | "receives" | "receipt" | "source">): number {
    const { id, queue, body, attributes, trace, groupId, dedupId, sentAt, visibleAt } = message;
    const { lastInsertRowid } = this.#db.run(
      `INSERT INTO messages (id, queue, body, attributes, trace, groupId, dedupId, sentAt, receives, visibleAt)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
      ...[id, queue, body, attributes, trace, groupId, dedupId, sentAt, visibleAt],
    );
    return Number(lastInsertRowid);
  }

  /** After a change of a group: when its first message may be received. It goes to the back when that is another time, or when it was served. */
  #settle(queue: Queue, groupId: string, served: boolean): void {
    const first = "SELECT visibleAt FROM messages WHERE queue = ? AND groupId = ? ORDER BY sequence LIMIT 1";
    const head = this.#db.first<{ visibleAt: number }>(first, queue.arn, groupId);
    const own = "FROM groups WHERE queue = ? AND groupId = ?";
    if (!head) return void this.#db.run(`DELETE ${own}`, queue.arn, groupId);
    const before = this.#db.first<{ readyAt: number }>(`SELECT readyAt ${own}`, queue.arn, groupId);
    const now = this.#now();
    const readyAt = before ? Math.max(head.visibleAt, now) : head.visibleAt;
    const same =
      before && !served && (before.readyAt <= now ? head.visibleAt <= now : before.readyAt === head.visibleAt);
    if (same) return;
    this.#turn += 1;
    this.#db.run("INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?)", queue.arn, groupId, readyAt, this.#turn);
  }
}

import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Clock } from "../../core/clock.ts";
import {
  type Depth,
  deduplicationId,
  isFifo,
  type Message,
  type NewMessage,
  type Queue,
  type QueueAttributes,
  redrive,
  SqsError,
} from "./model.ts";

/**
 * The queues of all regions and what is in them, in one SQLite file: a twin killed with -9 has every message that it
 * acknowledged. FIFO order and locking by message group, deduplication for 5 minutes, visibility, delay, retention
 * and dead-letter queues are those of AWS. Not modelled: encryption, quotas of messages in flight and how far a FIFO queue
 * looks for message groups (120,000 each), the 12 hours that all visibility timeouts of one receive may have together,
 * redrive tasks; of a message group one message is given out at a time.
 */

const defaults: QueueAttributes = {
  VisibilityTimeout: "30",
  DelaySeconds: "0",
  MaximumMessageSize: "262144",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
};
const dedupWindowMs = 300_000;

/** All queues and their messages, in SQLite. */
export class Queues {
  readonly #db: DatabaseSync;
  readonly #account: string;
  readonly #now: Clock;
  readonly #statements = new Map<string, StatementSync>();

  constructor(directory: string, account: string, now: Clock) {
    mkdirSync(directory, { recursive: true });
    this.#db = new DatabaseSync(join(directory, "sqs.db"));
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS queues (arn TEXT PRIMARY KEY, body TEXT);
      CREATE TABLE IF NOT EXISTS messages (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, queue TEXT, body TEXT, attributes TEXT, groupId TEXT,
        dedupId TEXT, sentAt INTEGER, firstReceivedAt INTEGER, receives INTEGER, visibleAt INTEGER, receipt TEXT);
      CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, sequence);
      CREATE INDEX IF NOT EXISTS messages_by_receipt ON messages (receipt);
      CREATE INDEX IF NOT EXISTS messages_by_group ON messages (queue, groupId, visibleAt);
      CREATE TABLE IF NOT EXISTS sent (queue TEXT, dedupId TEXT, id TEXT, sequence INTEGER, at INTEGER,
        PRIMARY KEY (queue, dedupId));
      CREATE INDEX IF NOT EXISTS sent_by_time ON sent (at);
    `);
    this.#account = account;
    this.#now = now;
  }

  arn(name: string, region: string): string {
    return `arn:aws:sqs:${region}:${this.#account}:${name}`;
  }

  create(name: string, region: string, attributes: QueueAttributes): Queue {
    if (name.endsWith(".fifo") !== (attributes.FifoQueue === "true"))
      throw new SqsError("InvalidParameterValue", "The name of a FIFO queue, and of no other, must end with .fifo");
    const arn = this.arn(name, region);
    const queue = { arn, name, region, attributes: { ...defaults, ...attributes }, createdAt: this.#now() };
    this.#write(queue);
    return queue;
  }

  setAttributes(arn: string, attributes: QueueAttributes): void {
    const queue = this.get(arn);
    this.#write({ ...queue, attributes: { ...queue.attributes, ...attributes } });
  }

  delete(arn: string): void {
    for (const table of ["queues WHERE arn", "messages WHERE queue", "sent WHERE queue"])
      this.#run(`DELETE FROM ${table} = ?`, arn);
  }

  list(region?: string): Queue[] {
    const rows = this.#db.prepare("SELECT body FROM queues ORDER BY arn").all();
    const all = rows.map((row) => JSON.parse(row.body as string) as Queue);
    return region ? all.filter((queue) => queue.region === region) : all;
  }

  find(arn: string): Queue | undefined {
    const row = this.#prepared("SELECT body FROM queues WHERE arn = ?").get(arn);
    return row && JSON.parse(row.body as string);
  }

  /** @throws SqsError QueueDoesNotExist */
  get(arn: string): Queue {
    const queue = this.find(arn);
    if (!queue) throw new SqsError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  }

  /** The id and sequence of the message, or of the equal one sent before it to a FIFO queue. */
  send(arn: string, message: NewMessage): { id: string; sequence: number } {
    const queue = this.get(arn);
    const now = this.#now();
    const dedupId = deduplicationId(queue, message);
    if (dedupId !== undefined) {
      this.#run("DELETE FROM sent WHERE at < ?", now - dedupWindowMs);
      const before = this.#prepared("SELECT id, sequence FROM sent WHERE queue = ? AND dedupId = ?").get(arn, dedupId);
      if (before) return { id: before.id as string, sequence: before.sequence as number };
    }
    const delay = message.delay ?? Number(queue.attributes.DelaySeconds);
    const id = randomUUID();
    return this.#whole(() => {
      const { lastInsertRowid } = this.#run(
        `INSERT INTO messages (id, queue, body, attributes, groupId, dedupId, sentAt, receives, visibleAt)
         VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)`,
        id,
        arn,
        message.body,
        JSON.stringify(message.attributes ?? {}),
        message.groupId ?? null,
        dedupId ?? null,
        now,
        now + delay * 1000,
      );
      const sequence = Number(lastInsertRowid);
      if (dedupId !== undefined) this.#run("INSERT INTO sent VALUES (?, ?, ?, ?, ?)", arn, dedupId, id, sequence, now);
      return { id, sequence };
    });
  }

  /** All of it, or nothing: what fails must not leave a transaction open for the next call. */
  #whole<T>(work: () => T): T {
    this.#db.exec("BEGIN");
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /**
   * Up to `count` messages, invisible for `visibilitySeconds` from now; those received too often move on instead. Several of
   * one group come in one answer, in their order (SQS developer guide, "FIFO queue delivery logic").
   */
  receive(arn: string, count: number, visibilitySeconds?: number): Message[] {
    const queue = this.get(arn);
    const now = this.#now();
    this.#run(
      "DELETE FROM messages WHERE queue = ? AND sentAt < ?",
      arn,
      now - Number(queue.attributes.MessageRetentionPeriod) * 1000,
    );
    const visibleAt = now + (visibilitySeconds ?? Number(queue.attributes.VisibilityTimeout)) * 1000;
    const { deadLetterArn, maxReceives } = redrive(queue);
    const received: Message[] = [];
    let last = 0;
    while (received.length < count) {
      const groups = new Set(received.map(({ groupId }) => groupId));
      const message = this.#nextVisible(queue, now, last, groups);
      if (!message) break;
      last = message.sequence;
      if (deadLetterArn && message.receives >= maxReceives) {
        // In a standard queue its age and retention count on; in a FIFO queue they restart, and its deduplication id is
        // its own id (SQS developer guide, "Configure a dead-letter queue redrive", note).
        const sentAt = isFifo(queue) ? now : message.sentAt;
        this.#run(
          "UPDATE messages SET queue = ?, visibleAt = ?, sentAt = ?, dedupId = ?, receipt = NULL WHERE sequence = ?",
          this.get(deadLetterArn).arn,
          now,
          sentAt,
          isFifo(queue) ? message.id : message.dedupId,
          message.sequence,
        );
        continue;
      }
      const receipt = randomBytes(24).toString("base64url");
      const firstReceivedAt = message.firstReceivedAt ?? now;
      const receives = message.receives + 1;
      this.#run(
        "UPDATE messages SET receipt = ?, visibleAt = ?, receives = ?, firstReceivedAt = ? WHERE sequence = ?",
        receipt,
        visibleAt,
        receives,
        firstReceivedAt,
        message.sequence,
      );
      received.push({ ...message, receipt, visibleAt, receives, firstReceivedAt });
    }
    return received;
  }

  /** Deleting with an old receipt does nothing, as on AWS. */
  remove(arn: string, receipt: string): void {
    this.#run("DELETE FROM messages WHERE queue = ? AND receipt = ?", arn, receipt);
  }

  /** @throws SqsError MessageNotInflight when the receipt is of a message that is visible again or gone. */
  changeVisibility(arn: string, receipt: string, seconds: number): void {
    const now = this.#now();
    const { changes } = this.#run(
      "UPDATE messages SET visibleAt = ? WHERE queue = ? AND receipt = ? AND visibleAt > ?",
      now + seconds * 1000,
      arn,
      receipt,
      now,
    );
    if (changes === 0) throw new SqsError("MessageNotInflight", "The specified message isn't in flight.");
  }

  purge(arn: string): void {
    this.#run("DELETE FROM messages WHERE queue = ?", arn);
  }

  depth(arn: string): Depth {
    const now = this.#now();
    const row = this.#db
      .prepare(
        `SELECT COALESCE(SUM(visibleAt <= ?), 0) AS visible,
                COALESCE(SUM(visibleAt > ? AND receipt IS NOT NULL), 0) AS inFlight,
                COALESCE(SUM(visibleAt > ? AND receipt IS NULL), 0) AS delayed, MIN(sentAt) AS oldest
         FROM messages WHERE queue = ?`,
      )
      .get(now, now, now, arn) as Record<string, number | null>;
    const { visible, inFlight, delayed, oldest } = row;
    const oldestSeconds = oldest === null || oldest === undefined ? 0 : Math.max(0, Math.floor((now - oldest) / 1000));
    return { visible: visible ?? 0, inFlight: inFlight ?? 0, delayed: delayed ?? 0, oldestSeconds };
  }

  /** What was sent last and is still there, the newest first; this does not receive it. */
  last(arn: string, count: number): Message[] {
    const rows = this.#db
      .prepare("SELECT * FROM messages WHERE queue = ? ORDER BY sequence DESC LIMIT ?")
      .all(arn, count);
    return rows as unknown as Message[];
  }

  close(): void {
    this.#db.close();
  }

  /** The first visible message after another one; in a FIFO queue of `groups`, or of one of which none is in flight. */
  #nextVisible(queue: Queue, now: number, after: number, groups: ReadonlySet<string | null>): Message | undefined {
    const visible = "SELECT * FROM messages m WHERE queue = :arn AND sequence > :after AND visibleAt <= :now";
    const free =
      "(EXISTS (SELECT 1 FROM json_each(:groups) WHERE value = m.groupId) OR NOT EXISTS " +
      "(SELECT 1 FROM messages o WHERE o.queue = m.queue AND o.groupId = m.groupId AND o.visibleAt > :now))";
    const [sql, own] = isFifo(queue)
      ? [`${visible} AND ${free}`, { groups: JSON.stringify([...groups]) }]
      : [visible, {}];
    const row = this.#prepared(`${sql} ORDER BY sequence LIMIT 1`).get({ arn: queue.arn, after, now, ...own });
    return row as unknown as Message | undefined;
  }

  #write(queue: Queue): void {
    const json = JSON.stringify(queue);
    this.#run("INSERT INTO queues VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body", queue.arn, json);
  }

  #run(sql: string, ...values: SQLInputValue[]) {
    return this.#prepared(sql).run(...values);
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/**
 * `groups` has a row for each message group of a FIFO queue with messages: `readyAt` is when its first message may be
 * received, and `turn` puts those that became ready in one millisecond in their order. A receive reads the first rows
 * of `groups_by_turn` or of `messages_by_visibility`: its cost does not grow with what waits or is in flight.
 */
const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS queues (arn TEXT PRIMARY KEY, body TEXT);
  CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, queue TEXT, body TEXT, attributes TEXT, trace TEXT, groupId TEXT,
    dedupId TEXT, sentAt INTEGER, firstReceivedAt INTEGER, receives INTEGER, visibleAt INTEGER, receipt TEXT, source TEXT);
  CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visibleAt, sequence);
  CREATE INDEX IF NOT EXISTS messages_by_group ON messages (queue, groupId, sequence);
  CREATE INDEX IF NOT EXISTS messages_by_age ON messages (queue, sentAt);
  CREATE TABLE IF NOT EXISTS groups (queue TEXT, groupId TEXT, readyAt INTEGER, turn INTEGER, PRIMARY KEY (queue, groupId))
    WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS groups_by_turn ON groups (queue, readyAt, turn);
  CREATE TABLE IF NOT EXISTS sent (queue TEXT, dedupId TEXT, id TEXT, sequence INTEGER, at INTEGER,
    PRIMARY KEY (queue, dedupId));
  CREATE INDEX IF NOT EXISTS sent_by_time ON sent (at);
  CREATE TABLE IF NOT EXISTS moves (id TEXT PRIMARY KEY, source TEXT, startedAt INTEGER, body TEXT);
`;

/** The one SQLite file of all queues. */
export class Database {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /** @param directory made when missing; holds `queues.db` */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#db = new DatabaseSync(join(directory, "queues.db"));
    this.#db.exec(schema);
  }

  /** All of it, or nothing: what fails must not leave a transaction open for the next call. Within another one it is a part of that. */
  whole<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#db.exec("BEGIN");
    this.#depth += 1;
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  run(sql: string, ...values: SQLInputValue[]) {
    return this.#prepared(sql).run(...values);
  }

  first<T>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#prepared(sql).get(...values) as T | undefined;
  }

  all<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#prepared(sql).all(...values) as T[];
  }

  close(): void {
    this.#db.close();
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

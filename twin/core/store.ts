import { EventEmitter } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Any JSON object: inputs and outputs keep the property names of @pulumi/aws. */
// biome-ignore lint/suspicious/noExplicitAny: a resource's properties are as varied as AWS itself
export type Properties = Record<string, any>;

/** One resource that exists in the twin's AWS. */
export interface Resource {
  /** Pulumi token, `aws:sqs/queue:Queue`. */
  type: string;
  /** The id that the real provider gives (often an ARN, a URL or a name). */
  id: string;
  /** AWS region, or `global` for IAM and Route 53. */
  region: string;
  inputs: Properties;
  /** Everything the provider returns for it: inputs with defaults, and what AWS computed. */
  outputs: Properties;
}

/** What the store tells the data plane after a resource was written or removed. */
export interface Change {
  kind: "put" | "remove";
  resource: Resource;
}

/**
 * The twin's whole memory, in one SQLite file: what the program created (`resources`) and what the running
 * system did since (`documents`: tasks, events, certificates' keys, orders at ERP systems …).
 * Every write is a transaction of its own, so a twin killed with -9 comes back with all of it.
 */
export class Store extends EventEmitter<{ change: [Change] }> {
  readonly #db: DatabaseSync;

  /** @param directory created when missing; holds `twin.db`. `:memory:` keeps nothing (tests). */
  constructor(directory: string) {
    super();
    this.setMaxListeners(0);
    if (directory !== ":memory:") mkdirSync(directory, { recursive: true });
    this.#db = new DatabaseSync(directory === ":memory:" ? directory : join(directory, "twin.db"));
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS resources (type TEXT, id TEXT, region TEXT, body TEXT, PRIMARY KEY (type, id, region));
      CREATE TABLE IF NOT EXISTS documents (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id));
    `);
  }

  put(resource: Resource): void {
    this.#db
      .prepare("INSERT INTO resources VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body")
      .run(resource.type, resource.id, resource.region, JSON.stringify(resource));
    this.emit("change", { kind: "put", resource });
  }

  remove(type: string, id: string, region: string): void {
    const resource = this.get(type, id, region);
    if (!resource) return;
    this.#db.prepare("DELETE FROM resources WHERE type = ? AND id = ? AND region = ?").run(type, id, region);
    this.emit("change", { kind: "remove", resource });
  }

  get(type: string, id: string, region: string): Resource | undefined {
    const row = this.#db
      .prepare("SELECT body FROM resources WHERE type = ? AND id = ? AND region = ?")
      .get(type, id, region);
    return row && JSON.parse(row.body as string);
  }

  /** All resources of a type, of one region or of all. */
  list(type: string, region?: string): Resource[] {
    const rows = this.#db.prepare("SELECT body, region FROM resources WHERE type = ? ORDER BY rowid").all(type);
    return rows.filter((r) => !region || r.region === region).map((r) => JSON.parse(r.body as string));
  }

  /** A document of the data plane; `kind` is its table, as `task` or `event`. */
  write(kind: string, id: string, body: Properties): void {
    this.#db
      .prepare("INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body")
      .run(kind, id, JSON.stringify(body));
  }

  read<T extends Properties>(kind: string, id: string): T | undefined {
    const row = this.#db.prepare("SELECT body FROM documents WHERE kind = ? AND id = ?").get(kind, id);
    return row && JSON.parse(row.body as string);
  }

  readAll<T extends Properties>(kind: string): T[] {
    const rows = this.#db.prepare("SELECT body FROM documents WHERE kind = ? ORDER BY rowid").all(kind);
    return rows.map((r) => JSON.parse(r.body as string));
  }

  /** The documents that came last, the newest first. */
  readLast<T extends Properties>(kind: string, count: number): T[] {
    const rows = this.#db
      .prepare("SELECT body FROM documents WHERE kind = ? ORDER BY rowid DESC LIMIT ?")
      .all(kind, count);
    return rows.map((r) => JSON.parse(r.body as string));
  }

  erase(kind: string, id: string): void {
    this.#db.prepare("DELETE FROM documents WHERE kind = ? AND id = ?").run(kind, id);
  }

  close(): void {
    this.#db.close();
  }
}

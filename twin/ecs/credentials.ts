import { createHash } from "node:crypto";
import http from "node:http";
import { listen } from "../listen.ts";
import type { Store } from "../store.ts";
import type { Task } from "./model.ts";

/** Of whom an access key is; a document `access-key` by the key's id. */
export interface AccessKey {
  id: string;
  roleArn: string;
  taskArn: string;
}

/**
 * What the SDK asks for a task role's credentials (AWS_CONTAINER_CREDENTIALS_FULL_URI, plain HTTP on loopback). The
 * access key says whose task and role a call is. Not modelled: expiry, and a check of the secret.
 */
export class Credentials {
  readonly #store: Store;
  readonly #server: http.Server;
  #base = "";

  constructor(store: Store) {
    this.#store = store;
    // The tasks of an earlier run have ended.
    for (const { id } of store.readAll<AccessKey>("access-key")) store.erase("access-key", id);
    this.#server = http.createServer((request, response) => {
      const id = (request.url ?? "").replace(/^\/v2\/credentials\//, "");
      const key = store.read<AccessKey>("access-key", id);
      const [status, body] = key ? [200, credentials(id, key)] : [404, { message: `no credentials ${request.url}` }];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }

  async start(): Promise<void> {
    const port = await listen(this.#server, 0, "the credentials of tasks");
    this.#base = `http://127.0.0.1:${port}/v2/credentials`;
  }

  /** The address for one task. */
  issue(task: Task, roleArn: string): string {
    const id = `ASIA${createHash("sha256").update(task.arn).digest("hex").slice(0, 16).toUpperCase()}`;
    this.#store.write("access-key", id, { id, roleArn, taskArn: task.arn } satisfies AccessKey);
    return `${this.#base}/${id}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function credentials(id: string, { roleArn }: AccessKey) {
  const secret = createHash("sha256").update(`secret ${id}`).digest("hex").slice(0, 40);
  const Expiration = new Date(Date.now() + 6 * 3_600_000).toISOString();
  return { RoleArn: roleArn, AccessKeyId: id, SecretAccessKey: secret, Token: id, Expiration };
}

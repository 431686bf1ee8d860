import { createHash } from "node:crypto";
import http from "node:http";
import { listen } from "../../core/listen.ts";
import type { Task } from "./model.ts";

/** Of whom an access key is. */
export interface AccessKey {
  roleArn: string;
  taskArn: string;
}

/**
 * What the SDK asks for a task role's credentials (AWS_CONTAINER_CREDENTIALS_FULL_URI, plain HTTP on loopback). The
 * access key says whose task and role a call is. Not modelled: expiry, and a check of the secret.
 */
export class Credentials {
  /** By id; in memory, since the tasks of an earlier run have ended. */
  readonly #keys = new Map<string, AccessKey>();
  readonly #server: http.Server;

  constructor() {
    this.#server = http.createServer((request, response) => {
      const id = (request.url ?? "").replace(/^\/v2\/credentials\//, "");
      const key = this.#keys.get(id);
      const [status, body] = key ? [200, credentials(id, key)] : [404, { message: `no credentials ${request.url}` }];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }

  /** @returns where they are asked for, with the id of a key at the end */
  async start(): Promise<string> {
    return `http://127.0.0.1:${await listen(this.#server, 0, "the credentials of tasks")}/v2/credentials`;
  }

  /** The id of one task's key. */
  issue(task: Task, roleArn: string): string {
    const id = `ASIA${createHash("sha256").update(task.arn).digest("hex").slice(0, 16).toUpperCase()}`;
    this.#keys.set(id, { roleArn, taskArn: task.arn });
    return id;
  }

  /** Who signed a request, by its Authorization header: a task's role, or an operator, whose keys are not ECS's. */
  caller(authorization: string | undefined): AccessKey | "operator" | "unknown" {
    const id = /Credential=([^/]+)\//.exec(authorization ?? "")?.[1] ?? "";
    if (!id.startsWith("ASIA")) return "operator";
    return this.#keys.get(id) ?? "unknown";
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

import type { Rejection, SignedCall, TaskRoutes } from "../ports.ts";
import type { Iam } from "./behaviour.ts";

/** Whose task and role an access key is of. */
interface TaskKeys {
  caller(authorization: string | undefined): { roleArn: string; taskArn: string } | "operator" | "unknown";
}

/**
 * Stands before every service that containers call: their packets have to arrive, then their role has to allow the call.
 * A call without the key of a task is an operator's, who is an administrator and calls over the internet.
 */
export class Gate {
  readonly #credentials: TaskKeys;
  readonly #network: TaskRoutes;
  readonly #iam: Iam;

  constructor(credentials: TaskKeys, network: TaskRoutes, iam: Iam) {
    this.#credentials = credentials;
    this.#network = network;
    this.#iam = iam;
  }

  /** Undefined when the call passes. One that is dropped takes as long as the caller's patience. */
  async reject({
    authorization,
    service,
    action,
    resource,
    resourcePolicy,
  }: SignedCall): Promise<Rejection | undefined> {
    const caller = this.#credentials.caller(authorization);
    if (caller === "operator") return undefined;
    // STS's words for a key that is no longer one.
    if (caller === "unknown")
      return { kind: "unknown key", message: "The security token included in the request is invalid." };
    const taskId = caller.taskArn.split("/").at(-1) ?? "";
    const passage = this.#network.taskToService(taskId, service);
    if (!passage.passes) {
      await this.#network.dropped();
      return { kind: "dropped" };
    }
    const { endpoint } = passage;
    const region = caller.taskArn.split(":")[3] ?? "";
    const session = { roleArn: caller.roleArn, name: taskId, region };
    const verdict = await this.#iam.authorize(session, action, resource, { endpoint, resourcePolicy });
    return verdict.allowed ? undefined : { kind: "denied", message: verdict.message };
  }
}

/**
 * Who deploys is judged as containers are: the role's policies decide each call that the real provider would make. The
 * policies are the account's managed ones that are named after the role, `ROLE-…`, as docs/aws.md makes them. Not modelled:
 * judging calls of types that the program does not register; judging calls of the SDK in the program.
 */
import type { Properties } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { ManagedPermissions } from "../ports.ts";
import type { Calls, Operation } from "./calls.ts";
import { containers } from "./containers.ts";
import { network } from "./network.ts";
import { type Question, questionsOf } from "./questions.ts";
import { accessLogs, ordersAndAlarms, secrets } from "./state.ts";
import { traffic } from "./traffic.ts";

const table: Calls = { ...network, ...traffic, ...containers, ...accessLogs, ...ordersAndAlarms, ...secrets };

/** An operation that the engine asks of the provider. */
export interface Asked {
  /** Resource type, or function. */
  readonly token: string;
  readonly operation: Operation;
  /** Inputs, with outputs where the resource is there already. */
  readonly properties: Properties;
  /** Tags of the provider instance. */
  readonly defaultTags: Readonly<Record<string, string>>;
  /** Of the resource: the provider instance's, or one of its own. */
  readonly region: string;
}

/** The role that deploys. */
export class Deployer {
  readonly #iam: ManagedPermissions;
  readonly #view: View;
  readonly #account: string;
  readonly #role: string;

  /** @param role its name, e.g. `order-queue-release` */
  constructor(iam: ManagedPermissions, view: View, account: string, role: string) {
    this.#iam = iam;
    this.#view = view;
    this.#account = account;
    this.#role = role;
  }

  /** @throws Error in the provider's words, with the first call that IAM denies */
  async authorize({ token, operation, properties, defaultTags, region }: Asked): Promise<void> {
    const calls = table[token];
    if (!calls) return;
    const change = {
      ...{ operation, properties, region, account: this.#account, boundary: this.#boundaryOf(properties) },
      tags: { ...defaultTags, ...properties.tags },
    };
    for (const question of await questionsOf(calls, change)) {
      const verdict = await this.#iam.authorizeManaged(this.#role, question);
      if (!verdict.allowed) throw new Error(refusal(token, operation, question, verdict.message));
    }
  }

  /** The boundary of a role, or of the role that an inline policy is of. */
  #boundaryOf({ permissionsBoundary, role }: Properties): string | undefined {
    if (permissionsBoundary !== undefined || role === undefined) return permissionsBoundary;
    return this.#view.list("aws:iam/role:Role").find(({ outputs }) => outputs.name === role)?.outputs
      .permissionsBoundary;
  }
}

const doing: Readonly<Record<Operation, string>> = {
  create: "creating",
  read: "reading",
  update: "updating",
  delete: "deleting",
};

/** As terraform-provider-aws words an error of the SDK for Go v2. */
function refusal(token: string, operation: Operation, { action }: Question, message: string): string {
  const [service = "", call = ""] = action.split(":");
  const kind = token.split(":").at(-1);
  return `${doing[operation]} ${kind}: operation error ${service.toUpperCase()}: ${call}, https response error StatusCode: 403, api error AccessDenied: ${message}`;
}

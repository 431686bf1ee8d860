import { anonymousPrincipal, runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import type { Properties, Resource } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { Circumstances, Session, Verdict } from "../ports.ts";
import { type Denial, denialOf, sentence } from "./denial.ts";

/**
 * Whether IAM lets a call pass: the role's inline policies and its boundary, the resource's own policy and the policy of
 * the VPC endpoint that the call comes through, as they are at that moment. Operators are administrators and are not asked.
 * Not modelled: managed policies that are attached, organisations, session policies and customer keys of KMS (each of them is a
 * type or property that the twin refuses by name), and the seconds that a change of IAM takes to be known everywhere.
 */

/** Kept at most, so that ever new sessions do not fill the memory. */
const keptVerdicts = 5_000;

/** Evaluates calls by the roles and policies as they are; verdicts are cached until one changes. */
export class Iam {
  readonly #view: View;
  readonly #account: string;
  /** Of the same question; all are forgotten when a role, a policy or an endpoint changes. */
  readonly #verdicts = new Map<string, Promise<Denial | undefined>>();

  constructor(view: View, account: string) {
    this.#view = view;
    this.#account = account;
    view.on("change", ({ resource }) => {
      if (resource.type.startsWith("aws:iam/") || resource.type === "aws:ec2/vpcEndpoint:VpcEndpoint")
        this.#verdicts.clear();
    });
  }

  /**
   * A call of a role's session.
   * @param action as IAM names it, `sqs:SendMessage`
   * @param resource ARN, or `*` where the action has no resource
   * @throws Error when a policy is one that cannot be judged here
   */
  async authorize(session: Session, action: string, resource: string, around: Circumstances = {}): Promise<Verdict> {
    const role = session.roleArn.split("/").at(-1) ?? "";
    const user = `arn:aws:sts::${this.#account}:assumed-role/${role}/${session.name}`;
    const denial = await this.#once([user, action, resource, around.resourcePolicy, around.endpoint?.id], () =>
      this.#judge({
        principal: user,
        action,
        resource,
        context: {
          ...endpointKeys(around.endpoint),
          "aws:PrincipalArn": session.roleArn,
          "aws:PrincipalAccount": session.roleArn.split(":")[4] ?? "",
          "aws:RequestedRegion": session.region,
        },
        identityPolicies: this.#policiesOf(role),
        boundary: this.#boundaryOf(role),
        resourcePolicy: around.resourcePolicy,
        endpoint: around.endpoint,
      }),
    );
    return denial
      ? { allowed: false, message: sentence(`User: ${user}`, action, resource, denial) }
      : { allowed: true };
  }

  /**
   * A call of a role that the account's administrator has made, by the managed policies that are named after it.
   *
   * @param role its name; its policies' names begin with it and a hyphen
   */
  async authorizeManaged(
    role: string,
    { action, resource, context }: Readonly<Pick<Question, "action" | "resource" | "context">>,
  ): Promise<Verdict> {
    const user = `arn:aws:sts::${this.#account}:assumed-role/${role}/order-queue`;
    const question = { principal: user, action, resource, context, resourcePolicy: undefined };
    const denial = await this.#once([user, action, resource, JSON.stringify(context)], () =>
      this.#judge({ ...question, identityPolicies: this.#managedOf(role, action) }),
    );
    return denial
      ? { allowed: false, message: sentence(`User: ${user}`, action, resource, denial) }
      : { allowed: true };
  }

  /** Of a role's managed policies, the statements that name an action: the others decide nothing, and cost their reading. */
  #managedOf(role: string, action: string): Simulation["identityPolicies"] {
    return this.#view
      .list("aws:iam/policy:Policy")
      .filter(({ outputs }) => outputs.name.startsWith(`${role}-`))
      .flatMap(({ outputs }) => {
        const { Statement, ...policy } = JSON.parse(outputs.policy) as { Statement: { Action: string[] }[] };
        const named = Statement.filter(({ Action }) => Action.includes(action));
        return named.length === 0 ? [] : [{ name: outputs.name, policy: { ...policy, Statement: named } }];
      });
  }

  /**
   * A call of an AWS service in its own name, which only the resource's policy can allow.
   * @param service `events.amazonaws.com`
   * @param context condition keys that the service sends along
   */
  async authorizeService(
    service: string,
    action: string,
    resource: string,
    resourcePolicy: string | undefined,
    context: Record<string, string>,
  ): Promise<Verdict> {
    const denial = await this.#once([service, action, resource, resourcePolicy, JSON.stringify(context)], () =>
      this.#judge({ principal: service, action, resource, context, identityPolicies: [], resourcePolicy }),
    );
    if (!denial) return { allowed: true };
    const why: Denial = { ...denial, policy: "resource-based policy" };
    return { allowed: false, message: sentence(service, action, resource, why) };
  }

  /** Whether a role's trust policy lets ECS take it for a task. */
  async assumable(roleArn: string, taskArn: string): Promise<boolean> {
    const role = this.#view.byArn("aws:iam/role:Role", roleArn);
    if (!role) return false;
    const context = { "aws:SourceAccount": this.#account, "aws:SourceArn": taskArn };
    const policy: string = role.outputs.assumeRolePolicy;
    return (await this.authorizeService("ecs-tasks.amazonaws.com", "sts:AssumeRole", roleArn, policy, context)).allowed;
  }

  /** A call by a URL that AWS itself has signed, which no policy but the endpoint's stands in the way of. */
  async passesEndpoint(action: string, resource: string, endpoint: Resource | undefined): Promise<boolean> {
    if (!endpoint) return true;
    const resourcePolicy = policy({ Effect: "Allow", Principal: "*", Action: action, Resource: resource });
    const context = endpointKeys(endpoint);
    const question = { principal: anonymousPrincipal, action, resource, context, identityPolicies: [] };
    const denial = await this.#once([action, resource, endpoint.id], () =>
      this.#judge({ ...question, resourcePolicy, endpoint }),
    );
    return denial === undefined;
  }

  #once(question: unknown[], judge: () => Promise<Denial | undefined>): Promise<Denial | undefined> {
    const key = JSON.stringify(question);
    const known = this.#verdicts.get(key);
    if (known) return known;
    if (this.#verdicts.size >= keptVerdicts) this.#verdicts.clear();
    const verdict = judge();
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  #policiesOf(role: string): Simulation["identityPolicies"] {
    return this.#view
      .list("aws:iam/rolePolicy:RolePolicy")
      .filter(({ outputs }) => outputs.role === role)
      .map(({ outputs }) => ({ name: outputs.name, policy: JSON.parse(outputs.policy) }));
  }

  #boundaryOf(role: string): NamedPolicy | undefined {
    const found = this.#view.list("aws:iam/role:Role").find(({ outputs }) => outputs.name === role);
    const arn: string | undefined = found?.outputs.permissionsBoundary;
    const policy = arn === undefined ? undefined : this.#view.byArn("aws:iam/policy:Policy", arn)?.outputs.policy;
    if (arn !== undefined && policy === undefined)
      throw new Error(`the twin has no policy ${arn}, the boundary of ${role}`);
    return arn === undefined ? undefined : { name: arn, policy: JSON.parse(policy) };
  }

  async #judge(question: Question): Promise<Denial | undefined> {
    const { principal, action, resource, context, identityPolicies, boundary, resourcePolicy, endpoint } = question;
    const doorPolicy: string | undefined = endpoint?.outputs.policy;
    const [, , , region = "", owner = ""] = resource.split(":");
    const result = await runSimulation(
      {
        request: {
          principal,
          action,
          resource: { resource, accountId: owner || this.#account },
          contextVariables: {
            "aws:SecureTransport": "true",
            ...(region && { "aws:RequestedRegion": region }),
            ...context,
          },
        },
        identityPolicies,
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...(boundary && { permissionBoundaryPolicies: [boundary] }),
        ...(resourcePolicy && { resourcePolicy: JSON.parse(resourcePolicy) }),
        // Without a policy of its own an endpoint lets everything through.
        ...(endpoint && doorPolicy && { vpcEndpointPolicies: [{ name: endpoint.id, policy: JSON.parse(doorPolicy) }] }),
      },
      {},
    );
    if (result.resultType === "error")
      throw new Error(`IAM in the twin cannot judge ${action} on ${resource}: ${JSON.stringify(result.errors)}`);
    const [first] = result.resultType === "single" ? [result.result] : result.results;
    return result.overallResult === "Allowed" ? undefined : denialOf(first?.analysis);
  }
}

type NamedPolicy = Simulation["identityPolicies"][number];

interface Question {
  principal: Simulation["request"]["principal"];
  action: string;
  resource: string;
  context: Readonly<Record<string, string | string[]>>;
  identityPolicies: Simulation["identityPolicies"];
  boundary?: NamedPolicy | undefined;
  resourcePolicy: string | undefined;
  endpoint?: Resource | undefined;
}

function endpointKeys(endpoint: Resource | undefined): Record<string, string> {
  return endpoint ? { "aws:SourceVpce": endpoint.id, "aws:SourceVpc": endpoint.outputs.vpcId } : {};
}

const policy = (statement: Properties): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

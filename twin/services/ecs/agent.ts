import { randomUUID } from "node:crypto";
import { imageParts } from "../../containers/images.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties, Resource } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { Circumstances, Passage, Session, TaskRoutes, Verdict } from "../ports.ts";
import { type ContainerDefinition, logOf } from "./definition.ts";
import type { Task } from "./model.ts";
import { type SecretValueRequest, secretArn, secretVariables, unreachable } from "./secrets.ts";

/** VPC: whether a task's packets arrive. */
interface Routes extends TaskRoutes {
  taskToLayers(taskId: string): Passage;
}

/** IAM: what a task's roles may do. */
interface Permissions {
  assumable(roleArn: string, taskArn: string): Promise<boolean>;
  authorize(session: Session, action: string, resource: string, around: Circumstances): Promise<Verdict>;
  passesEndpoint(action: string, resource: string, endpoint: Resource | undefined): Promise<boolean>;
}

interface Secrets {
  /** As GetSecretValue. @throws AwsError */
  value(request: SecretValueRequest, region: string): string;
}

/**
 * What Fargate's agent does before a container runs, as the execution role and through the task's own network interface
 * (platform 1.4; AmazonECS/latest/developerguide/fargate-task-networking.html). Each step fails with the stopped reason
 * that AWS gives: ECS developer guide, "Troubleshooting Amazon ECS ResourceInitializationError errors" and
 * "CannotPullContainer task errors", with the SDK's and containerd's own words after the colon. Not modelled: the minutes of
 * its retries; that no task is made at all for a role that cannot be taken; PutLogEvents, of which a denial stops nothing.
 */
export class Agent {
  readonly #view: View;
  readonly #network: Routes;
  readonly #iam: Permissions;
  readonly #secrets: Secrets;
  readonly #account: string;

  constructor(parts: { view: View; network: Routes; iam: Permissions; secrets: Secrets }, account: string) {
    this.#view = parts.view;
    this.#network = parts.network;
    this.#iam = parts.iam;
    this.#secrets = parts.secrets;
    this.#account = account;
  }

  /**
   * Roles, the registry's token, secrets and the logs, in Fargate's order.
   * @returns the variables that each container gets from its secrets
   * @throws Error the stopped reason
   */
  async prepare(
    task: Task,
    definition: Properties,
    containers: ContainerDefinition[],
  ): Promise<Record<string, string>[]> {
    const { executionRoleArn, taskRoleArn } = definition;
    for (const roleArn of new Set<string>([executionRoleArn, taskRoleArn].filter(Boolean)))
      await this.#assume(roleArn, task);
    const session = { roleArn: executionRoleArn, name: task.id, region: task.region };
    await this.#login(task, session);
    const variables: Record<string, string>[] = [];
    for (const container of containers) variables.push(await this.#fetchSecrets(task, session, container));
    for (const container of containers) await this.#openLog(task, session, container);
    return variables;
  }

  /** The manifest from the registry, then the layers from S3. @throws Error the stopped reason */
  async pull(task: Task, definition: Properties, image: string): Promise<void> {
    const session = { roleArn: definition.executionRoleArn, name: task.id, region: task.region };
    const { host, region, repository, digest } = imageParts(image);
    const manifest = `CannotPullContainerError: pull image manifest has been retried`;
    const resolve = `failed to resolve ref ${image}:`;
    const registry = this.#network.taskToService(task.id, "ecr.dkr");
    await this.#orTimeout(registry, (timeout) => {
      const url = `https://${host}/v2/${repository}/manifests/${digest}`;
      return `${manifest} 5 time(s): ${resolve} failed to do request: Head "${url}": ${timeout}`;
    });
    const repositoryArn = `arn:aws:ecr:${region}:${this.#account}:repository/${repository}`;
    const may = (action: string) => this.#may(session, action, repositoryArn, registry);
    if (!(await may("ecr:BatchGetImage")).allowed)
      throw new Error(
        `${manifest} 1 time(s): ${resolve} pulling from host ${host} failed with status code [manifests ${digest}]: 403 Forbidden`,
      );
    await this.#pullLayers(task, region, host, (await may("ecr:GetDownloadUrlForLayer")).allowed);
  }

  async #pullLayers(task: Task, region: string, host: string, mayAsk: boolean): Promise<void> {
    const failed = "failed to copy: httpReadSeeker: failed open:";
    const forbidden = (from: string) =>
      new Error(
        `CannotPullContainerError: ref pull has been retried 1 time(s): ${failed} unexpected status code ${from}: 403 Forbidden`,
      );
    if (!mayAsk) throw forbidden(`https://${host}`);
    // ECR's bucket in each region (ECR user guide, "Minimum Amazon S3 Bucket Permissions for Amazon ECR").
    const bucket = `prod-${region}-starport-layer-bucket`;
    const url = `https://${bucket}.s3.${region}.amazonaws.com`;
    const passage = this.#network.taskToLayers(task.id);
    await this.#orTimeout(
      passage,
      (timeout) =>
        `CannotPullContainerError: ref pull has been retried 5 time(s): ${failed} failed to do request: Get "${url}": ${timeout}`,
    );
    const endpoint = passage.passes ? passage.endpoint : undefined;
    const layer = `arn:aws:s3:::${bucket}/${randomUUID()}`;
    if (!(await this.#iam.passesEndpoint("s3:GetObject", layer, endpoint))) throw forbidden(url);
  }

  async #assume(roleArn: string, task: Task): Promise<void> {
    if (await this.#iam.assumable(roleArn, task.arn)) return;
    throw new Error(
      `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being ` +
        "passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.",
    );
  }

  async #login(task: Task, session: Session): Promise<void> {
    const failed = "ResourceInitializationError: unable to pull secrets or registry auth:";
    const passage = this.#network.taskToService(task.id, "ecr.api");
    await this.#orTimeout(
      passage,
      (timeout) =>
        `${failed} The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and ` +
        "Amazon ECR. Check your task network configuration. operation error ECR: GetAuthorizationToken, exceeded maximum " +
        "number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, " +
        `Post "https://api.ecr.${task.region}.amazonaws.com/": ${timeout}`,
    );
    const verdict = await this.#may(session, "ecr:GetAuthorizationToken", "*", passage);
    if (!verdict.allowed)
      throw new Error(
        `${failed} execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been ` +
          `retried 1 time(s): ${denied("ECR: GetAuthorizationToken", verdict.message)}`,
      );
  }

  async #fetchSecrets(task: Task, session: Session, container: ContainerDefinition): Promise<Record<string, string>> {
    const [first] = container.secrets;
    if (!first) return {};
    const passage = this.#network.taskToService(task.id, "secretsmanager");
    await this.#orTimeout(passage, () => unreachable(secretArn(first.valueFrom)));
    return secretVariables(container, async (request) => {
      const verdict = await this.#may(session, "secretsmanager:GetSecretValue", request.secretId, passage);
      if (!verdict.allowed) throw new AwsError("AccessDeniedException", verdict.message);
      return this.#secrets.value(request, task.region);
    });
  }

  async #openLog(task: Task, session: Session, container: ContainerDefinition): Promise<void> {
    const log = logOf(container, task);
    if (!log) return;
    const failed = "ResourceInitializationError: failed to validate logger args:";
    const passage = this.#network.taskToService(task.id, "logs");
    await this.#orTimeout(
      passage,
      () =>
        `${failed} The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a ` +
        "connection issue between the task and Amazon CloudWatch. Check your network configuration.: signal: killed",
    );
    const create = `${failed} create stream has been retried 1 times: failed to create Cloudwatch log stream:`;
    const arn = `arn:aws:logs:${log.region}:${this.#account}:log-group:${log.group}:log-stream:${log.stream}`;
    const verdict = await this.#may(session, "logs:CreateLogStream", arn, passage);
    const call = "CloudWatch Logs: CreateLogStream";
    if (!verdict.allowed) throw new Error(`${create} ${denied(call, verdict.message)}: exit status 1`);
    const groups = this.#view.list("aws:cloudwatch/logGroup:LogGroup", log.region);
    if (!groups.some(({ outputs }) => outputs.name === log.group))
      throw new Error(
        `${create} ${response(call)}, ResourceNotFoundException: The specified log group does not exist.: exit status 1`,
      );
  }

  #may(session: Session, action: string, resource: string, passage: Passage): Promise<Verdict> {
    return this.#iam.authorize(session, action, resource, { endpoint: passage.passes ? passage.endpoint : undefined });
  }

  /** Waits as long as the agent would for packets that never arrive. @throws Error what `reason` makes of it */
  async #orTimeout(passage: Passage, reason: (timeout: string) => string): Promise<void> {
    if (passage.passes) return;
    await this.#network.dropped();
    throw new Error(reason("dial tcp: i/o timeout"));
  }
}

const response = (call: string): string =>
  `operation error ${call}, https response error StatusCode: 400, RequestID: ${randomUUID()}`;

const denied = (call: string, message: string): string =>
  `${response(call)}, api error AccessDeniedException: ${message}`;

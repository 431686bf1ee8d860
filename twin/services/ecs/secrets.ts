import { randomUUID } from "node:crypto";
import { AwsError } from "../../core/errors.ts";
import type { ContainerDefinition } from "./definition.ts";

/**
 * The `secrets` of a container, fetched before it starts; a secret changed later reaches a later task alone (ECS developer
 * guide, "Pass Secrets Manager secrets through Amazon ECS environment variables").
 */

/** Which value: without version and stage the current one. */
export interface SecretValueRequest {
  /** ARN or name. */
  secretId: string;
  versionId?: string;
  versionStage?: string;
}

/** GetSecretValue, as the task's execution role calls it. @throws AwsError */
type GetSecretValue = (request: SecretValueRequest) => Promise<string>;

/**
 * The variables that a container gets from its secrets.
 * @throws Error ResourceInitializationError, as ECS words it
 */
export async function secretVariables(
  { secrets }: ContainerDefinition,
  get: GetSecretValue,
): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { name, valueFrom } of secrets) variables[name] = await secretVariable(valueFrom, get);
  return variables;
}

const failed = "ResourceInitializationError: unable to pull secrets or registry auth:";

async function secretVariable(valueFrom: string, get: GetSecretValue): Promise<string> {
  const secretId = secretArn(valueFrom);
  const [key, versionStage, versionId] = valueFrom.split(":").slice(7);
  try {
    const value = await get({ secretId, ...(versionStage && { versionStage }), ...(versionId && { versionId }) });
    return key ? valueAt(value, key) : value;
  } catch (error) {
    throw new Error(
      `${failed} execution resource retrieval failed: unable to retrieve secret from asm: ` +
        `service call has been retried 1 time(s): ${reason(secretId, error as Error)}`,
    );
  }
}

/** The secret's own ARN, without key, label and version. */
export function secretArn(valueFrom: string): string {
  return valueFrom.split(":").slice(0, 7).join(":");
}

/** What ECS says where no packet of a task reaches the service. */
export function unreachable(secretId: string): string {
  return (
    `${failed} unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. ` +
    `Check your task network configuration. failed to fetch secret ${secretId} from secrets manager: operation error ` +
    "Secrets Manager: GetSecretValue, https response error StatusCode: 0, RequestID: , canceled, context deadline exceeded"
  );
}

/** A secret of pairs is a JSON object. */
function valueAt(text: string, key: string): string {
  const value = (parsed(text) as Record<string, unknown>)[key];
  if (value === undefined) throw new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  if (typeof value !== "string") throw new Error(`the value of json key ${key} is no text, which is not modelled`);
  return value;
}

/** Go names the character at which its parser gave up; this one, the first. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`invalid character '${text[0]}' looking for beginning of value`);
  }
}

/** The SDK names an error that the service's API lists, and any other as "api error". */
function reason(secretId: string, error: Error): string {
  if (!(error instanceof AwsError)) return error.message;
  const listed = error.code === "AccessDeniedException" ? "api error " : "";
  return (
    `failed to fetch secret ${secretId} from secrets manager: operation error Secrets Manager: GetSecretValue, ` +
    `https response error StatusCode: 400, RequestID: ${randomUUID()}, ${listed}${error.code}: ${error.message}`
  );
}

import type { Store } from "../core/store.ts";

/** Who signed a call. */
export interface Caller {
  kind: "operator" | "task";
  arn: string;
  userId: string;
}

/** The keys that tasks sign with. */
export interface TaskKeys {
  caller(authorization: string | undefined): { roleArn: string; taskArn: string } | "operator" | "unknown";
}

/** What a call's signature names. */
export interface Scope {
  accessKey: string;
  region: string;
  /** Signing name of the service. */
  service: string;
}

/** The one key of the account's operator; tasks get keys of their own (services/ecs/credentials.ts). */
export const operatorKey = { id: "AKIATWINTWINTWINTWIN", secret: "twin" };

/** The credential scope of a request that Signature Version 4 signs; the signature itself is not verified. */
export function scopeOf(authorization: string | undefined): Scope | undefined {
  const parts = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/.exec(
    authorization ?? "",
  );
  const [, accessKey, region, service] = parts ?? [];
  return accessKey && region && service ? { accessKey, region, service } : undefined;
}

/** Undefined for an access key that the account does not have. */
export function callerOf(
  accessKey: string,
  authorization: string | undefined,
  { credentials, store, account }: { credentials: TaskKeys; store: Store; account: string },
): Caller | undefined {
  if (accessKey === operatorKey.id)
    return { kind: "operator", arn: `arn:aws:iam::${account}:user/operator`, userId: "AIDATWINTWINTWINTWIN" };
  const key = credentials.caller(authorization);
  if (typeof key === "string") return undefined;
  const [role, task] = [key.roleArn, key.taskArn].map((arn) => arn.split("/").at(-1) ?? "");
  const uniqueId = store.get("aws:iam/role:Role", role ?? "", "global")?.outputs.uniqueId;
  return { kind: "task", arn: `arn:aws:sts::${account}:assumed-role/${role}/${task}`, userId: `${uniqueId}:${task}` };
}

import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { readStackFiles } from "../../../stacks/files.ts";
import { inboundSecretName } from "../../../stacks/names.ts";
import { settingsFile } from "../../../stacks/settings.ts";
import { clientSettings } from "../../workspace/aws.ts";
import type { WorkspaceLocation } from "../../workspace/stack.ts";
import { addKey, type Change, type Kind, readValue, retireKey, type Value } from "./value.ts";

export interface StoreSecretOptions {
  kind: Kind;
  /** Takes the oldest key away instead of adding a new one. */
  retire: boolean;
  /** Without it nothing is changed. */
  yes: boolean;
}

/** What was or would be done. The new key is in `key` alone, and only where it was stored. */
export interface StoreSecret {
  stack: string;
  store: string;
  secret: string;
  region: string;
  what: Change["what"];
  kind: Kind;
  /** Keys that are valid afterwards, by kind. */
  valid: Record<Kind, number>;
  key?: string;
  dryRun: boolean;
}

/** The stack file has no such store; a wrong call. */
export class NoSuchStore extends Error {
  override readonly name = "NoSuchStore";
  readonly exitCode = 2;
}

/**
 * Creates the secret with which a store's orders are signed, adds a key to it, or retires its oldest one. Ingest reads the
 * change within 5 minutes, without a deployment (service/inbound-secrets.ts).
 *
 * @throws {NoSuchStore} {SecretRefused} Error where Secrets Manager does not answer
 */
export async function storeSecret(
  location: WorkspaceLocation,
  stack: string,
  store: string,
  { kind, retire, yes }: StoreSecretOptions,
): Promise<StoreSecret> {
  const settings = readStackFiles(location.root).get(stack);
  const names = settings?.stores.map(({ name }) => name) ?? [];
  if (settings === undefined || !names.includes(store))
    throw new NoSuchStore(
      `${settingsFile(stack)} has no store ${store}; expected one of ${names.join(", ")}. Fix: add the store to the file first`,
    );
  const { region } = settings;
  const secret = inboundSecretName(stack, store);
  const client = new SecretsManagerClient({
    ...clientSettings(location, region, "SECRETS_MANAGER"),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  try {
    const value = await read(client, secret);
    const again = `npx order-queue store-secret ${store} --stack ${stack}${kind === "bearer" ? " --bearer" : ""}`;
    const change = (retire ? retireKey : addKey)(value, kind, again);
    if (yes) await write(client, secret, change);
    const valid = { signing: change.value.signing.length, bearer: change.value.bearer.length };
    const { what, key } = change;
    return { stack, store, secret, region, what, kind, valid, dryRun: !yes, ...(yes && key !== undefined && { key }) };
  } finally {
    client.destroy();
  }
}

/** Undefined where there is no such secret. */
async function read(client: SecretsManagerClient, secret: string): Promise<Value | undefined> {
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
    return readValue(SecretString, secret);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function write(client: SecretsManagerClient, Name: string, { what, value }: Change): Promise<void> {
  const SecretString = JSON.stringify(value);
  const Description = "With what a store signs its orders";
  await (what === "create"
    ? client.send(new CreateSecretCommand({ Name, Description, SecretString }))
    : client.send(new PutSecretValueCommand({ SecretId: Name, SecretString })));
}

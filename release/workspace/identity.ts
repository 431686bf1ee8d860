/** Whose AWS account a command works with. */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { readStackFiles } from "../../stacks/files.ts";
import { clientSettings } from "./aws.ts";
import type { BackendLocation } from "./location.ts";

/** The credentials cannot be used, or are those of another account; shown without a stack trace. */
export class WrongAccount extends Error {
  override readonly name = "WrongAccount";
}

/**
 * The account of the credentials is one that the stack files name. In another one nothing of a stack exists, which looks
 * like the loss of all its resources.
 *
 * @throws {WrongAccount}
 */
export async function requireAccount(location: BackendLocation): Promise<void> {
  const settings = [...readStackFiles(location.root).values()];
  const accounts = new Set(settings.map(({ account }) => account));
  const { Account = "", Arn } = await identity(location, settings[0]?.region ?? "");
  if (accounts.has(Account)) return;
  throw new WrongAccount(
    `The AWS credentials are those of account ${Account} (${Arn}); the stack files name ${[...accounts].join(", ")}. ` +
      "No resources were read or changed. Fix: use credentials of that account (AWS_PROFILE), or correct `account` in the stack files.",
  );
}

/** Whom AWS takes the location's credentials for. Rejects as the SDK does. */
export async function callerOf(location: BackendLocation, region: string) {
  const client = new STSClient(clientSettings(location, region, "STS"));
  try {
    return await client.send(new GetCallerIdentityCommand({}));
  } finally {
    client.destroy();
  }
}

async function identity(location: BackendLocation, region: string) {
  try {
    return await callerOf(location, region);
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new WrongAccount(
      `The AWS account cannot be read: ${why}. No resources were read or changed. ` +
        "Fix: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` must answer.",
    );
  }
}

import type { WorkspaceLocation } from "./stack.ts";

/** Settings of an AWS client of the account that the location's engine deploys to. */
export interface ClientSettings {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/**
 * What the AWS SDK would read from this process's environment, read from the location's: several may be in use at
 * once. Without keys of its own the location uses the SDK's default chain.
 *
 * @param service as in `AWS_ENDPOINT_URL_<SERVICE>`
 */
export function clientSettings(
  { environment: env }: Pick<WorkspaceLocation, "environment">,
  region: string,
  service: string,
): ClientSettings {
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  return {
    region,
    ...(endpoint && { endpoint }),
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
  };
}

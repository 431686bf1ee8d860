/**
 * Secrets Manager's API: the values of secrets, for containers and for who creates and rotates them. Not modelled: what
 * behaviour.ts names, and that a call with the token of an earlier one is that call again.
 * Sources: Secrets Manager API reference; IAM judges the full ARN (service authorization reference, AWS Secrets Manager).
 */
import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { type ApiCall, action, type Service } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Rejection, SignedCall } from "../ports.ts";
import type { SecretsManager } from "./behaviour.ts";
import { describeSecret, listSecrets } from "./describe.ts";

export type SecretsApiCall = ApiCall & {
  secrets: SecretsManager;
  /** IAM and the network, for the calls of tasks. */
  gate: { reject(call: SignedCall): Promise<Rejection | undefined> };
};

const largestBytes = 65_536;
const value = z.string().min(1).max(largestBytes);
const token = z.string().min(32).max(64);

const getSecretValue = action(
  { SecretId: z.string(), VersionId: z.string().optional(), VersionStage: z.string().optional() },
  ({ SecretId, VersionId, VersionStage }, { secrets, region }: SecretsApiCall) => {
    const version = secrets.version({ secretId: SecretId, versionId: VersionId, versionStage: VersionStage }, region);
    return {
      ...named(SecretId, secrets, region),
      VersionId: version.id,
      VersionStages: version.stages,
      SecretString: version.value,
    };
  },
);

const createSecret = action(
  { Name: z.string(), Description: z.string().optional(), SecretString: value, ClientRequestToken: token },
  ({ Name, SecretString, ClientRequestToken }, { secrets, region }: SecretsApiCall) => {
    secrets.put(secrets.create(Name, region), region, SecretString, ClientRequestToken);
    return { ...named(Name, secrets, region), VersionId: ClientRequestToken };
  },
);

const putSecretValue = action(
  { SecretId: z.string(), SecretString: value, ClientRequestToken: token },
  ({ SecretId, SecretString, ClientRequestToken }, { secrets, region }: SecretsApiCall) => {
    secrets.put(SecretId, region, SecretString, ClientRequestToken);
    return { ...named(SecretId, secrets, region), VersionId: ClientRequestToken, VersionStages: ["AWSCURRENT"] };
  },
);

function named(secretId: string, secrets: SecretsManager, region: string) {
  const { arn, name } = secrets.describe(secretId, region) ?? {};
  return { ARN: arn, Name: name };
}

/** False when the call never arrived. @throws AwsError when the caller may not make it */
async function admit(
  name: string,
  input: Record<string, string>,
  call: SecretsApiCall,
  authorization: string | undefined,
): Promise<boolean> {
  const action = `secretsmanager:${name}`;
  const signed = { authorization, service: "secretsmanager", action, resource: resourceOf(input, call) };
  const rejection = await call.gate.reject(signed);
  if (rejection?.kind === "denied") throw new AwsError("AccessDeniedException", rejection.message, 400);
  if (rejection?.kind === "unknown key") throw new AwsError("UnrecognizedClientException", rejection.message, 400);
  return rejection === undefined;
}

/** A secret that is not there is judged by its name, without the six letters that AWS would have added. */
function resourceOf({ SecretId = "" }: Record<string, string>, { secrets, region, account }: SecretsApiCall): string {
  const arn = secrets.describe(SecretId, region)?.arn;
  return (
    arn ?? (SecretId.startsWith("arn:") ? SecretId : `arn:aws:secretsmanager:${region}:${account}:secret:${SecretId}`)
  );
}

export const secretsmanager: Service<SecretsApiCall> = {
  name: "secretsmanager",
  protocols: [json11],
  namespace: "",
  target: "secretsmanager",
  invalid: "InvalidParameterException",
  actions: {
    CreateSecret: createSecret,
    DescribeSecret: describeSecret,
    GetSecretValue: getSecretValue,
    ListSecrets: listSecrets,
    PutSecretValue: putSecretValue,
  },
  admit,
};

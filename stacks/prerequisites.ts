/**
 * The prerequisites: what must exist before the stack's first update, or a store's next one. They are looked up before any resource is
 * registered, and all that are missing are reported at once: a lookup that fails only later leaves an inline program waiting for ever
 * (pulumi/pulumi#14980).
 */
import * as aws from "@pulumi/aws";
import { inTurns } from "../infra/dns.ts";
import { inboundSecretName, inboundSecretsOf } from "../infra/names.ts";
import type { ErpCredential } from "../infra/task-definition.ts";
import { type Problem, type Settings, SettingsError } from "./settings.ts";

export interface Prerequisites {
  /** Id of the public hosted zone of the stack's domain. */
  readonly zoneId: string;
  /** Where the stores' credentials for their ERPs are; their values are in no state. */
  readonly erpCredentials: readonly ErpCredential[];
  /** Stores that have no secret to sign their orders with, and are not live yet: their orders are answered 503. */
  readonly withoutSecret: readonly string[];
}

/**
 * @param stack whose settings they are
 * @param file of the settings, for what is said of them
 * @param live names of the stores that the stack has now: one of them that has to sign and cannot is a problem
 * @param provider of the stack's region and account
 * @throws SettingsError with everything that is not there, and what AWS says of it
 */
export async function findPrerequisites(
  { stack, file, live }: { stack: string; file: string; live: ReadonlySet<string> },
  settings: Settings,
  provider: aws.Provider,
): Promise<Prerequisites> {
  const { region, domain, stores } = settings;
  const find = async <T>(path: string, value: string, what: string, lookUp: () => Promise<T>): Promise<Found<T>> => {
    try {
      return { found: [await lookUp()], problems: [] };
    } catch (error) {
      const said = (error as Error).message.replace(/^invocation of \S+ returned an error: /, "");
      const expected = `${what} (docs/aws.md; ${said})`;
      return { found: [], problems: [{ file, path: `order-queue:${path}`, value, expected }] };
    }
  };
  const [without, zone, ...secrets] = await Promise.all([
    find("stores", inboundSecretsOf(stack), "a list of the secrets under that name", () =>
      withoutSecretOf(stack, live, settings, provider),
    ),
    find("domain", domain, "the domain of one public hosted zone", () =>
      aws.route53.getZone({ name: domain, privateZone: false }, { provider }),
    ),
    ...stores.flatMap(({ name: store, erpCredentials: name }, index) => {
      if (name === undefined) return [];
      return find(`stores[${index}].erpCredentials`, name, `a secret of ${region}`, async () => {
        const { arn: secretArn } = await aws.secretsmanager.getSecret({ name }, { provider });
        return { store, secretArn };
      });
    }),
  ]);
  const withoutSecret = without.found.flat();
  const unable = stores.flatMap(({ name }, index): Problem[] => {
    if (!live.has(name) || !withoutSecret.includes(name)) return [];
    const path = `order-queue:stores[${index}].name`;
    const expected = `a store whose secret to sign with exists, or unsigned with a reason. Fix: npx order-queue store-secret ${name} --stack ${stack} --yes`;
    return [{ file, path, value: name, expected }];
  });
  const problems = [...[without, zone, ...secrets].flatMap((each) => each.problems), ...unable];
  const [found] = zone.found;
  if (found === undefined || problems.length > 0) throw new SettingsError(problems);
  return { zoneId: found.zoneId, erpCredentials: secrets.flatMap((secret) => secret.found), withoutSecret };
}

/**
 * The stores that have to sign and have no secret. One call lists those of all stores. The list may be five minutes old
 * (Secrets Manager API reference, ListSecrets): a live store's that it lacks is looked up by name.
 */
async function withoutSecretOf(
  stack: string,
  live: ReadonlySet<string>,
  { stores }: Settings,
  provider: aws.Provider,
): Promise<string[]> {
  const filters = [{ name: "name", values: [`${inboundSecretsOf(stack)}/`] }];
  const listed = new Set((await aws.secretsmanager.getSecrets({ filters }, { provider })).names);
  const unlisted = stores.filter(
    ({ name, unsigned }) => unsigned === undefined && !listed.has(inboundSecretName(stack, name)),
  );
  const missing = await inTurns(unlisted, async ({ name }) => {
    const found = live.has(name) && (await isThere(inboundSecretName(stack, name), provider));
    return found ? [] : [name];
  });
  return missing.flat();
}

async function isThere(name: string, provider: aws.Provider): Promise<boolean> {
  try {
    await aws.secretsmanager.getSecret({ name }, { provider });
    return true;
  } catch (error) {
    // As terraform-provider-aws words what is not found (internal/service/secretsmanager/secret_data_source.go).
    if (/couldn't find resource/.test(String(error))) return false;
    throw error;
  }
}

/** What one lookup came to: one thing, or one problem. */
interface Found<T> {
  readonly found: readonly T[];
  readonly problems: readonly Problem[];
}

/**
 * The prerequisites: what must exist before the stack's first update. They are looked up before any resource is
 * registered, and all that are missing are reported at once: a lookup that fails only later leaves an inline program waiting for ever
 * (pulumi/pulumi#14980).
 */
import * as aws from "@pulumi/aws";
import type { ErpCredential } from "../infra/task-definition.ts";
import { type Problem, type Settings, SettingsError } from "./settings.ts";

export interface Prerequisites {
  /** Id of the public hosted zone of the stack's domain. */
  readonly zoneId: string;
  /** Where the stores' credentials for their ERPs are; their values are in no state. */
  readonly erpCredentials: readonly ErpCredential[];
}

/**
 * @param file of the settings, for what is said of them
 * @param provider of the stack's region and account
 * @throws SettingsError with everything that is not there, and what AWS says of it
 */
export async function findPrerequisites(
  file: string,
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
  const [zone, ...secrets] = await Promise.all([
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
  const problems = [zone, ...secrets].flatMap((each) => each.problems);
  const [found] = zone.found;
  if (found === undefined || problems.length > 0) throw new SettingsError(problems);
  return { zoneId: found.zoneId, erpCredentials: secrets.flatMap((secret) => secret.found) };
}

/** What one lookup came to: one thing, or one problem. */
interface Found<T> {
  readonly found: readonly T[];
  readonly problems: readonly Problem[];
}

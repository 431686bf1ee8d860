/** What a machine and an account need before the first release. Pure but for the probe, which asks them. */
import { boundaryArn, boundaryName } from "../../../stacks/names.ts";
import type { StackEntry } from "../../../stacks/registry.ts";
import type { Settings } from "../../../stacks/settings.ts";
import { elasticIps } from "../../checks/quotas.ts";
import { exampleKey } from "../../workspace/location.ts";

/** Asks the machine and the account; every method rejects with what was answered. */
export interface Probe {
  /** Version and path of the engine. */
  engine(): Promise<string>;
  /** Version of the Docker Engine. */
  docker(): Promise<string>;
  /** Who the AWS credentials belong to. */
  identity(): Promise<{ account: string; arn: string }>;
  /** Where the state is; the backend was read. */
  backend(): Promise<string>;
  /** Name servers of the public hosted zone of a domain; undefined where Route 53 has none. */
  zone(region: string, domain: string): Promise<string[] | undefined>;
  /** Name servers that public DNS has for a domain. */
  published(resolver: string, domain: string): Promise<string[]>;
  /** The JSON that a command of the AWS CLI prints. */
  aws(region: string, ...command: string[]): Promise<unknown>;
}

export interface DoctorStack {
  entry: StackEntry;
  settings: Settings;
  /** `secretsprovider` of the stack file. */
  secretsProvider: string | undefined;
}

export interface CheckResult {
  check: string;
  /** `unknown`: it could not be asked, which is no failure. */
  result: "ok" | "failed" | "unknown";
  /** What was found. */
  found: string;
  /** One command or edit; not where it is ok. */
  fix?: string;
}

/** Every check, the machine first: the account cannot be asked without credentials. */
export async function examine(probe: Probe, stacks: readonly DoctorStack[]): Promise<CheckResult[]> {
  const machine = await Promise.all([
    asked("engine", () => probe.engine(), "install the Pulumi CLI (https://www.pulumi.com/docs/install), or Go 1.21"),
    asked(
      "Docker",
      () => probe.docker(),
      "start Docker on the machine that releases staging: it builds the image",
      "unknown",
    ),
    asked(
      "backend",
      () => probe.backend(),
      "set PULUMI_BACKEND_URL to a bucket that you may read (docs/aws.md, step 2)",
    ),
    identity(probe, stacks),
  ]);
  if (machine.some(({ check, result }) => check === "identity" && result === "failed")) return machine;
  const perStack = stacks.map((stack) => [secrets(stack), zone(probe, stack)]);
  return [...machine, ...(await Promise.all([...perStack.flat(), boundary(probe, stacks), ...quotas(probe, stacks)]))];
}

/** A check that holds where its question is answered. */
async function asked(
  check: string,
  ask: () => Promise<string>,
  fix: string,
  otherwise: "failed" | "unknown" = "failed",
): Promise<CheckResult> {
  try {
    return { check, result: "ok", found: await ask() };
  } catch (error) {
    return { check, result: otherwise, found: firstLine(error), fix };
  }
}

async function identity(probe: Probe, stacks: readonly DoctorStack[]): Promise<CheckResult> {
  const accounts = [...new Set(stacks.map(({ settings }) => settings.account))];
  const fix = `use credentials of account ${accounts.join(" or ")} (AWS_PROFILE), or correct account in the stack files`;
  try {
    const { account, arn } = await probe.identity();
    return accounts.includes(account)
      ? { check: "identity", result: "ok", found: arn }
      : { check: "identity", result: "failed", found: `${arn} of account ${account}`, fix };
  } catch (error) {
    return { check: "identity", result: "failed", found: firstLine(error), fix };
  }
}

async function secrets({ entry: { name }, secretsProvider }: DoctorStack): Promise<CheckResult> {
  const check = `secrets of ${name}`;
  const provider = secretsProvider ?? "passphrase";
  if (/^(awskms|azurekeyvault|gcpkms|hashivault):\/\//.test(provider) && !provider.includes(exampleKey.alias))
    return { check, result: "ok", found: provider };
  const fix = `on AWS: pulumi stack change-secrets-provider -s ${name} "awskms://alias/order-queue-state?region=REGION" (docs/aws.md, step 2)`;
  return { check, result: "unknown", found: `${provider}, which is for local stacks`, fix };
}

async function zone(probe: Probe, { entry: { name, region }, settings }: DoctorStack): Promise<CheckResult> {
  const { domain, resolver } = settings;
  const check = `zone of ${name}`;
  try {
    const own = await probe.zone(region, domain);
    const create = `aws route53 create-hosted-zone --name ${domain} --caller-reference 1 (docs/aws.md, step 3)`;
    if (!own) return { check, result: "failed", found: `Route 53 has no public zone ${domain}`, fix: create };
    const none = "aws route53 list-hosted-zones-by-name (a twin has no name servers, and needs none)";
    if (own.length === 0)
      return { check, result: "unknown", found: `Route 53 names no name server of ${domain}`, fix: none };
    const published = await probe.published(resolver, domain);
    const same = own.every((server) => published.includes(server));
    if (same) return { check, result: "ok", found: `${domain} is delegated to ${own.length} name servers` };
    const found = `public DNS has ${published.join(", ") || "no name server"} for ${domain}`;
    return { check, result: "failed", found, fix: `publish NS records in the parent zone: ${own.join(", ")}` };
  } catch (error) {
    const fix = "let the role read Route 53 (docs/permissions/), and this machine reach the resolver of the stack file";
    return { check, result: "unknown", found: firstLine(error), fix };
  }
}

async function boundary(probe: Probe, [first]: readonly DoctorStack[]): Promise<CheckResult> {
  const check = "boundary";
  const { account = "", region = "" } = first?.settings ?? {};
  const arn = boundaryArn(account);
  const file = `--policy-name ${boundaryName} --policy-document file://docs/permissions/boundary.json`;
  try {
    await probe.aws(region, "iam", "get-policy", "--policy-arn", arn);
    return { check, result: "ok", found: arn };
  } catch (error) {
    if (/NoSuchEntity/.test(String(error)))
      return { check, result: "failed", found: `there is no policy ${arn}`, fix: `aws iam create-policy ${file}` };
    return { check, result: "unknown", found: firstLine(error), fix: `aws iam get-policy --policy-arn ${arn}` };
  }
}

/** Codes of Service Quotas (docs/aws.md, step 5). */
const quotaCodes = {
  addresses: { service: elasticIps.service, code: elasticIps.code, words: "Elastic IP addresses" },
  vcpus: { service: "fargate", code: "L-3032A538", words: "Fargate On-Demand vCPU" },
} as const;

/** What the stacks of each region need of a quota: an address a NAT gateway; every container twice, during a deployment. */
export function quotaNeeds(stacks: readonly DoctorStack[]): { region: string; addresses: number; vcpus: number }[] {
  return [...Map.groupBy(stacks, ({ entry }) => entry.region)].map(([region, all]) => ({
    region,
    addresses: sum(all, ({ settings: { natPerZone, zones } }) => (natPerZone ? zones : 1)),
    vcpus: Math.ceil(
      sum(
        all,
        ({ settings: { ingest, dispatch } }) => (2 * (ingest.max * ingest.cpu + dispatch.max * dispatch.cpu)) / 1024,
      ),
    ),
  }));
}

function quotas(probe: Probe, stacks: readonly DoctorStack[]): Promise<CheckResult>[] {
  return quotaNeeds(stacks).flatMap(({ region, ...needs }) =>
    (["addresses", "vcpus"] as const).map(async (what): Promise<CheckResult> => {
      const { service, code, words } = quotaCodes[what];
      const check = `quota in ${region}`;
      const which = ["--service-code", service, "--quota-code", code];
      try {
        const answer = await probe.aws(region, "service-quotas", "get-service-quota", ...which);
        const value = (answer as { Quota: { Value: number } }).Quota.Value;
        const found = `${words}: ${value}, needed ${needs[what]}`;
        if (value >= needs[what]) return { check, result: "ok", found };
        const raise = `aws service-quotas request-service-quota-increase --region ${region} ${which.join(" ")} --desired-value ${needs[what]}`;
        return { check, result: "failed", found, fix: raise };
      } catch (error) {
        const fix = `aws service-quotas get-service-quota --region ${region} ${which.join(" ")}`;
        return { check, result: "unknown", found: `${words}, needed ${needs[what]}: ${firstLine(error)}`, fix };
      }
    }),
  );
}

const sum = <T>(all: readonly T[], value: (one: T) => number) => all.reduce((total, one) => total + value(one), 0);

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? "no answer"
  );
}

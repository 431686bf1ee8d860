/**
 * What every store's place and domain come to, from the stack's settings, its own last outputs, and what ACM and DNS say
 * now. Decided before anything is registered, so that a preview shows all of it.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type CertificatePlan, planCertificates } from "../infra/certificate-plan.ts";
import { inTurns, recordProblem } from "../infra/dns.ts";
import type { ValidationRecord } from "../infra/published.ts";
import type { PlacedStore } from "../infra/stores.ts";
import { isPlatformHostname, kindOf, type LastUpdate, type PendingStore } from "./domains.ts";
import type { Record } from "./records.ts";
import type { Settings } from "./settings.ts";

export interface Placed {
  readonly plan: CertificatePlan;
  readonly stores: PlacedStore[];
}

/**
 * @param own what the stack last said of itself
 * @param provider of the stack's region and account
 */
export async function placeStores(settings: Settings, own: Record, provider: aws.Provider): Promise<Placed> {
  const last = await lastUpdate(own);
  const issued = await issuedOf(
    last.pending.filter((store) => isWanted(store, settings)),
    provider,
  );
  await reportMissingRecords(last, settings, issued);
  const plan = planCertificates(
    settings.stores.map(({ name }) => name),
    last.plan,
    settings.storesPerLoadBalancer,
  );
  const stores = settings.stores.map((store) => {
    const at = plan.places[store.name];
    if (at === undefined) throw new Error(`The store ${store.name} has no place`);
    return { ...store, ...at, kind: kindOf(store.hostname, settings.domain, last.served, issued) };
  });
  return { plan, stores };
}

/** Empty before the first update. */
async function lastUpdate({ output }: Record): Promise<LastUpdate> {
  const [plan, stores, pending, records] = await Promise.all(
    ["placements", "stores", "pending", "validationRecords"].map(output),
  );
  return {
    plan,
    served: new Set((stores ?? []).map(({ hostname }: { hostname: string }) => hostname)),
    pending: pending ?? [],
    records: records ?? [],
  };
}

function isWanted({ hostname }: PendingStore, { stores }: Settings): boolean {
  return stores.some((store) => store.hostname === hostname);
}

/** The host names whose certificate, that very one, ACM has issued since. */
async function issuedOf(pending: readonly PendingStore[], provider: aws.Provider): Promise<ReadonlySet<string>> {
  const issued = await inTurns(pending, async ({ hostname, certificate }) => {
    if (await isFound(hostname, certificate, "ISSUED", provider)) return [hostname];
    if (await isFound(hostname, certificate, "VALIDATION_TIMED_OUT", provider)) {
      const fix = `run pulumi up --refresh -s ${pulumi.getStack()}, which asks again with the same record`;
      await pulumi.log.warn(`${hostname}: ACM waited 72 hours for its validation record and gave up; ${fix}.`);
    }
    return [];
  });
  return new Set(issued.flat());
}

/** Source: terraform-provider-aws internal/service/acm/certificate_data_source.go, for the words of its error too. */
async function isFound(domain: string, arn: string, status: string, provider: aws.Provider): Promise<boolean> {
  const wanted = { domain, statuses: [status], types: ["AMAZON_ISSUED"], mostRecent: true };
  try {
    return (await aws.acm.getCertificate(wanted, { provider })).arn === arn;
  } catch (error) {
    if (/no ACM Certificate (matching|found)/.test(String(error))) return false;
    throw error;
  }
}

/**
 * Says which records are not in DNS: of a pending store that it waits, of any other that ACM could not renew. Refuses
 * nothing: the update may fix it, and what it does not fix its verification finds.
 */
async function reportMissingRecords(last: LastUpdate, settings: Settings, issued: ReadonlySet<string>): Promise<void> {
  const waiting = new Set(last.pending.map(({ hostname }) => hostname).filter((hostname) => !issued.has(hostname)));
  const wanted = new Set([settings.domain, ...settings.stores.map(({ hostname }) => hostname)]);
  await inTurns(
    last.records.filter(({ hostname }) => wanted.has(hostname)),
    async (record) => {
      const problem = await problemOf(settings.resolver, record);
      if (waiting.has(record.hostname)) {
        const found = problem ?? "its record is in DNS; ACM has not issued its certificate yet";
        await pulumi.log.info(`${record.hostname} is pending and blocks no other store: ${found}`);
      } else if (problem !== undefined) {
        const ownedByPlatform = isPlatformHostname(record.hostname, settings.domain);
        const fix = ownedByPlatform
          ? `pulumi up --refresh -s ${pulumi.getStack()} publishes it again`
          : "its owner has to publish it again";
        await pulumi.log.warn(`${record.hostname}: ${problem}. ACM cannot renew its certificate: ${fix}.`);
      }
    },
  );
}

async function problemOf(resolver: string, record: ValidationRecord): Promise<string | undefined> {
  try {
    return await recordProblem(resolver, record);
  } catch (error) {
    return `expected the DNS record ${record.name}, but cannot ask: ${(error as Error).message}`;
  }
}

import { ListResourceRecordSetsCommand, type ResourceRecordSet, type Route53Client } from "@aws-sdk/client-route-53";
import { dnsName } from "../../plan/dns-name.ts";
import type { Properties } from "../../plan/graph.ts";
import type { WrongRecord } from "./facts.ts";
import type { StackState } from "./state.ts";

/** The stack's records, of stores and of certificates' validation, that the zones do not have as the stack made them. */
export async function readRecords(route53: Route53Client, state: StackState): Promise<WrongRecord[]> {
  const made = state.of("aws:route53/record:Record");
  const zones = [...new Set(made.map(({ zoneId }) => zoneId as string))];
  const found = new Map(await Promise.all(zones.map(async (zone) => [zone, await recordsOf(route53, zone)] as const)));
  return made.flatMap((record) => wrong(record, found.get(record.zoneId) ?? []));
}

async function recordsOf(route53: Route53Client, HostedZoneId: string): Promise<ResourceRecordSet[]> {
  const all: ResourceRecordSet[] = [];
  let start: Partial<ListResourceRecordSetsCommand["input"]> | undefined = {};
  while (start) {
    const page: Awaited<ReturnType<typeof send>> = await send(start);
    all.push(...(page.ResourceRecordSets ?? []));
    start = page.IsTruncated
      ? { StartRecordName: page.NextRecordName, StartRecordType: page.NextRecordType }
      : undefined;
  }
  return all;

  function send(from: Partial<ListResourceRecordSetsCommand["input"]>) {
    return route53.send(new ListResourceRecordSetsCommand({ HostedZoneId, ...from }));
  }
}

/** Route 53 writes names with a dot at the end, and a load balancer's with or without `dualstack.`. */
const plain = (name: string): string => dnsName(name).replace("\\052", "*");
const target = (name: string): string => plain(name).replace(/^dualstack\./, "");

function wrong({ fqdn, type, aliases, records }: Properties, all: ResourceRecordSet[]): WrongRecord[] {
  const here = all.find((set) => plain(set.Name ?? "") === plain(fqdn) && set.Type === type);
  const expected = [...(aliases ?? []).map(({ name }: Properties) => target(name)), ...(records ?? []).map(target)];
  const found = [here?.AliasTarget?.DNSName, ...(here?.ResourceRecords ?? []).map(({ Value }) => Value)].flatMap(
    (value) => (value === undefined ? [] : [target(value)]),
  );
  const [wanted, has] = [expected.sort().join(", "), found.sort().join(", ")];
  if (wanted === has) return [];
  return [{ name: plain(fqdn), type, expected: wanted, ...(here && { found: has }) }];
}

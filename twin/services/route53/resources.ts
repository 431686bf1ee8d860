/**
 * Route 53 records in hosted zones that exist before the first deployment, as a company's zones do. Records: A (alias to a load balancer) and CNAME.
 * Sources: terraform-provider-aws internal/service/route53/record.go; ChangeResourceRecordSets API reference.
 */
import { z } from "zod";
import { type DataSource, global, type ResourceCall, type ResourceType } from "../../pulumi/define.ts";
import { type HostedZone, plain } from "./behaviour.ts";

export type ZoneCall = ResourceCall & { zones: readonly HostedZone[] };

function zoneById({ zones }: ZoneCall, zoneId: string): HostedZone {
  const zone = zones.find((z) => z.zoneId === zoneId);
  if (!zone) throw new Error(`api error NoSuchHostedZone: No hosted zone found with ID: ${zoneId}`);
  return zone;
}

/** The provider's normal form: lower case, no trailing dot, the zone's name at the end. */
function fullName(name: string, zone: string): string {
  const own = plain(name);
  return own === zone || own.endsWith(`.${zone}`) ? own : `${own}.${zone}`;
}

export const record: ResourceType<ZoneCall> = {
  token: "aws:route53/record:Record",
  scope: "global",
  inputs: global({
    zoneId: z.string(),
    name: z.string(),
    type: z.enum(["A", "CNAME"]),
    ttl: z.number().int().optional(),
    records: z.array(z.string()).optional(),
    aliases: z
      .array(z.strictObject({ name: z.string(), zoneId: z.string(), evaluateTargetHealth: z.boolean() }))
      .max(1)
      .optional(),
    allowOverwrite: z.boolean().optional(),
  }),
  computed: ["fqdn"],
  replaces: ["name", "zoneId"],
  normal: { name: (name) => (typeof name === "string" ? plain(name) : name) },
  // Another type is another record in one batch of changes, under the id that the engine knows.
  key: ({ zoneId, fqdn, type }) => `${zoneId}_${fqdn}_${type}`,
  check: (inputs) => {
    const problems = [];
    if ((inputs.aliases === undefined) === (inputs.records === undefined))
      problems.push({ property: "records", reason: "exactly one of aliases, records must be specified" });
    if (inputs.records && inputs.ttl === undefined) problems.push({ property: "ttl", reason: "records need a ttl" });
    if (inputs.aliases && inputs.ttl !== undefined)
      problems.push({ property: "ttl", reason: "conflicts with aliases" });
    return problems;
  },
  create: (inputs, call) => {
    const zone = zoneById(call, inputs.zoneId);
    const fqdn = fullName(inputs.name, zone.name);
    const id = `${inputs.zoneId}_${fqdn}_${inputs.type}`;
    if (!inputs.allowOverwrite && call.store.get(record.token, id, "global"))
      throw new Error(
        `creating Route53 Record: api error InvalidChangeBatch: [Tried to create resource record set [name='${fqdn}.', type='${inputs.type}'] but it already exists]`,
      );
    return { id, outputs: { fqdn } };
  },
  update: () => ({}),
};

export const getZone: DataSource<ZoneCall> = {
  token: "aws:route53/getZone:getZone",
  inputs: z.strictObject({
    name: z.string().optional(),
    zoneId: z.string().optional(),
    privateZone: z.literal(false).optional(),
  }),
  read: ({ name, zoneId }, { zones }) => {
    const found = zones.filter((zone) => (zoneId ? zone.zoneId === zoneId : zone.name === name?.replace(/\.$/, "")));
    const [zone] = found;
    if (!zone || found.length > 1) throw new Error(`${zone ? "multiple" : "no"} Route 53 Hosted Zones matched`);
    const nameServers = ["ns-1.awsdns-01.org", "ns-2.awsdns-02.co.uk", "ns-3.awsdns-03.com", "ns-4.awsdns-04.net"];
    return {
      id: zone.zoneId,
      zoneId: zone.zoneId,
      name: zone.name,
      arn: `arn:aws:route53:::hostedzone/${zone.zoneId}`,
      nameServers,
      primaryNameServer: nameServers[0],
      privateZone: false,
      tags: {},
    };
  },
};

export const route53: readonly ResourceType<ZoneCall>[] = [record];

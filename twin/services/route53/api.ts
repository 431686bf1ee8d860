/**
 * Amazon Route 53: zones, their records, and manual changes, which show at once. Not modelled: routing policies, health
 * checks, types beside A and CNAME but for the zone's own NS and SOA; zones cannot be made or deleted.
 * Sources: Route 53 API reference, also for the errors' words, the order of lists and the sizes of pages.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { restXml } from "../../api/protocols/rest-xml.ts";
import { type ApiCall, action, nameOf, page, type Service, truth, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import { type HostedZone, plain } from "./behaviour.ts";

export type ZoneApiCall = ApiCall & { zones: readonly HostedZone[] };

const recordType = "aws:route53/record:Record";

/** Names are compared from the last label to the first (ListResourceRecordSets, ListHostedZonesByName). */
const reversed = (name: string): string => plain(name).split(".").reverse().join(".");

const zoneShape = ({ zoneId, name }: HostedZone, call: ZoneApiCall): Properties => ({
  Id: `/hostedzone/${zoneId}`,
  Name: `${name}.`,
  CallerReference: zoneId,
  Config: { PrivateZone: false },
  ResourceRecordSetCount: recordsOf(zoneId, call).length,
});

function zoneOf(id: string, { zones }: ZoneApiCall): HostedZone {
  const found = zones.find(({ zoneId }) => zoneId === nameOf(id));
  if (!found) throw new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${nameOf(id)}`, 404);
  return found;
}

const listHostedZonesByName = action(
  { dnsname: z.string().default(""), maxitems: whole(1, 100).default(100) },
  ({ dnsname, maxitems }, call: ZoneApiCall) => {
    const from = call.zones
      .toSorted((a, b) => (reversed(a.name) < reversed(b.name) ? -1 : 1))
      .filter(({ name }) => reversed(name) >= reversed(dnsname));
    const next = from[maxitems];
    return {
      HostedZones: from.slice(0, maxitems).map((zone) => zoneShape(zone, call)),
      DNSName: dnsname || undefined,
      IsTruncated: next !== undefined,
      NextDNSName: next && `${next.name}.`,
      NextHostedZoneId: next?.zoneId,
      MaxItems: maxitems,
    };
  },
);

const listHostedZones = action(
  { marker: z.string().optional(), maxitems: whole(1, 100).default(100) },
  ({ marker, maxitems }, call: ZoneApiCall) => {
    const { items, next } = page(call.zones, maxitems, marker);
    return {
      HostedZones: items.map((zone) => zoneShape(zone, call)),
      // The model requires a marker, also of a first page.
      ...{ Marker: marker ?? "", IsTruncated: next !== undefined, NextMarker: next, MaxItems: maxitems },
    };
  },
);

/** Changes are everywhere at once. */
const getChange = action({ Id: z.string().regex(/^C[0-9A-F]{20}$/, "no change has this id") }, ({ Id }) => ({
  ChangeInfo: { Id: `/change/${Id}`, Status: "INSYNC", SubmittedAt: new Date(0) },
}));

/** What the zone itself answers, the alias of a load balancer by its name. */
const testDnsAnswer = action(
  { hostedzoneid: z.string(), recordname: z.string(), recordtype: z.enum(["A", "CNAME", "NS", "SOA"]) },
  ({ hostedzoneid, recordname, recordtype }, call: ZoneApiCall) => {
    const { zoneId } = zoneOf(hostedzoneid, call);
    const name = sortKey({ Name: recordname.replace("*", "\\052"), Type: recordtype });
    const found = recordsOf(zoneId, call).find(({ set }) => sortKey(set) === name)?.set;
    const values: Properties[] = found?.ResourceRecords ?? [];
    const alias = found?.AliasTarget ? [found.AliasTarget.DNSName] : [];
    return {
      ...{ Nameserver: nameservers[0], RecordName: recordname, RecordType: recordtype, Protocol: "UDP" },
      RecordData: [...values.map(({ Value }) => Value), ...alias],
      ResponseCode: found ? "NOERROR" : "NXDOMAIN",
    };
  },
);

const getHostedZone = action({ Id: z.string() }, ({ Id }, call: ZoneApiCall) => ({
  HostedZone: zoneShape(zoneOf(Id, call), call),
}));

const nameservers = ["ns-2048.awsdns-64.com.", "ns-2049.awsdns-65.net."];

/** What every zone has of its own (Route 53 developer guide, "NS and SOA records that Amazon Route 53 creates for a public hosted zone"). */
const ownRecords = (zone: string): Properties[] => [
  { name: zone, type: "NS", ttl: 172_800, records: nameservers },
  {
    name: zone,
    type: "SOA",
    ttl: 900,
    records: [`${nameservers[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`],
  },
];

/** A record set as the API has it, out of a record as the program or an earlier change made it. */
function recordsOf(zoneId: string, { store, zones }: ZoneApiCall) {
  const zone = zones.find((one) => one.zoneId === zoneId)?.name ?? "";
  return store
    .list(recordType, "global")
    .filter(({ outputs }) => outputs.zoneId === zoneId)
    .map(({ id, outputs }) => ({ id, set: setOf(outputs, zone) }))
    .concat(ownRecords(zone).map((outputs) => ({ id: "", set: setOf(outputs, zone) })))
    .sort((a, b) => (sortKey(a.set) < sortKey(b.set) ? -1 : 1));
}

const sortKey = ({ Name, Type }: Properties): string => `${reversed(Name)} ${Type}`;

function setOf({ name = "", type, ttl, records, aliases }: Properties, zone: string): Properties {
  const own = plain(name);
  const full = own === zone || own.endsWith(`.${zone}`) ? own : [own, zone].filter(Boolean).join(".");
  const [alias] = aliases ?? [];
  return {
    Name: `${full.replace("*", "\\052")}.`,
    Type: type,
    TTL: ttl,
    ResourceRecords: records?.map((Value: string) => ({ Value })),
    AliasTarget: alias && {
      HostedZoneId: alias.zoneId,
      DNSName: `${alias.name.replace(/\.$/, "")}.`,
      EvaluateTargetHealth: alias.evaluateTargetHealth,
    },
  };
}

const listResourceRecordSets = action(
  {
    HostedZoneId: z.string(),
    name: z.string().default(""),
    type: z.string().default(""),
    maxitems: whole(1, 300).default(300),
  },
  ({ HostedZoneId, name, type, maxitems }, call: ZoneApiCall) => {
    const { zoneId } = zoneOf(HostedZoneId, call);
    const start = sortKey({ Name: name.replace("*", "\\052"), Type: type });
    const from = recordsOf(zoneId, call).filter(({ set }) => name === "" || sortKey(set) >= start);
    const next = from[maxitems]?.set;
    return {
      ResourceRecordSets: from.slice(0, maxitems).map(({ set }) => set),
      IsTruncated: next !== undefined,
      NextRecordName: next?.Name,
      NextRecordType: next?.Type,
      MaxItems: maxitems,
    };
  },
);

const recordSet = z
  .strictObject({
    Name: z.string().min(1),
    Type: z.enum(["A", "CNAME"]),
    TTL: whole(0, 2_147_483_647).optional(),
    ResourceRecords: z
      .array(z.strictObject({ Value: z.string() }))
      .length(1)
      .optional(),
    AliasTarget: z
      .strictObject({ HostedZoneId: z.string(), DNSName: z.string(), EvaluateTargetHealth: truth })
      .optional(),
  })
  .refine(
    ({ TTL, ResourceRecords, AliasTarget }) =>
      AliasTarget ? TTL === undefined && !ResourceRecords : TTL !== undefined && ResourceRecords !== undefined,
    "expected exactly one of AliasTarget, or TTL with ResourceRecords",
  );

const changeResourceRecordSets = action(
  {
    HostedZoneId: z.string(),
    ChangeBatch: z.strictObject({
      Comment: z.string().optional(),
      Changes: z
        .array(z.strictObject({ Action: z.enum(["CREATE", "DELETE", "UPSERT"]), ResourceRecordSet: recordSet }))
        .min(1)
        .max(1000),
    }),
  },
  ({ HostedZoneId, ChangeBatch }, call: ZoneApiCall) => {
    const zone = zoneOf(HostedZoneId, call);
    // All or nothing: every change is checked before the first is made.
    const changes = ChangeBatch.Changes.map(({ Action, ResourceRecordSet }) =>
      checked(Action, ResourceRecordSet, zone, call),
    );
    for (const change of changes) change();
    const Id = `/change/C${randomBytes(10).toString("hex").toUpperCase()}`;
    return { ChangeInfo: { Id, Status: "INSYNC", SubmittedAt: new Date(), Comment: ChangeBatch.Comment } };
  },
);

/** The change as a function; AWS refuses the whole batch for one that does not fit. */
function checked(kind: string, set: z.infer<typeof recordSet>, zone: HostedZone, call: ZoneApiCall): () => void {
  const outputs = outputsOf(set, zone);
  const wanted = setOf(outputs, zone.name);
  const existing = recordsOf(zone.zoneId, call).find((record) => sortKey(record.set) === sortKey(wanted));
  const refuse = (why: string): never => {
    const tried = `Tried to ${kind.toLowerCase()} resource record set [name='${wanted.Name}', type='${set.Type}'] but ${why}`;
    throw new AwsError("InvalidChangeBatch", `[${tried}]`);
  };
  if (outputs.name !== zone.name && !outputs.name.endsWith(`.${zone.name}`))
    throw new AwsError(
      "InvalidChangeBatch",
      `[RRSet with DNS name ${wanted.Name} is not permitted in zone ${zone.name}.]`,
    );
  if (kind === "CREATE" && existing) refuse("it already exists");
  if (kind === "DELETE" && !existing) refuse("it was not found");
  if (kind === "DELETE" && JSON.stringify(existing?.set) !== JSON.stringify(wanted))
    refuse("the values provided do not match the current values");
  const id = existing?.id ?? `${zone.zoneId}_${outputs.name}_${set.Type}`;
  if (kind === "DELETE") return () => call.store.remove(recordType, id, "global");
  const before = call.store.get(recordType, id, "global");
  return () =>
    call.store.put({
      type: recordType,
      id,
      region: "global",
      inputs: before?.inputs ?? {},
      outputs: { ...outputs, fqdn: outputs.name },
    });
}

function outputsOf({ Name, Type, TTL, ResourceRecords, AliasTarget }: z.infer<typeof recordSet>, zone: HostedZone) {
  const alias = AliasTarget && {
    name: AliasTarget.DNSName.replace(/\.$/, ""),
    zoneId: AliasTarget.HostedZoneId,
    evaluateTargetHealth: AliasTarget.EvaluateTargetHealth,
  };
  return {
    zoneId: zone.zoneId,
    name: plain(Name).replace("\\052", "*"),
    type: Type,
    ...(alias ? { aliases: [alias] } : { ttl: TTL, records: ResourceRecords?.map(({ Value }) => Value) }),
  };
}

export const route53: Service<ZoneApiCall> = {
  name: "route53",
  protocols: [
    restXml({
      "GET /hostedzone": "ListHostedZones",
      "GET /change/{Id}": "GetChange",
      "GET /testdnsanswer": "TestDNSAnswer",
      "GET /hostedzonesbyname": "ListHostedZonesByName",
      "GET /hostedzone/{Id}": "GetHostedZone",
      "GET /hostedzone/{HostedZoneId}/rrset": "ListResourceRecordSets",
      "POST /hostedzone/{HostedZoneId}/rrset": "ChangeResourceRecordSets",
    }),
  ],
  namespace: "https://route53.amazonaws.com/doc/2013-04-01/",
  version: "2013-04-01",
  invalid: "InvalidInput",
  actions: {
    ChangeResourceRecordSets: changeResourceRecordSets,
    GetChange: getChange,
    GetHostedZone: getHostedZone,
    ListHostedZones: listHostedZones,
    ListHostedZonesByName: listHostedZonesByName,
    ListResourceRecordSets: listResourceRecordSets,
    TestDNSAnswer: testDnsAnswer,
  },
};

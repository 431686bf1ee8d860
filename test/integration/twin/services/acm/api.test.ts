import { ACMClient, DescribeCertificateCommand, ListCertificatesCommand } from "@aws-sdk/client-acm";
import {
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import type { Cloud } from "../../../../../twin/cloud.ts";
import { alias, certificate, listener, loadBalancer, region, startTestCloud, zone } from "../../cloud.ts";
import { handshake } from "../../connections.ts";
import { sdkSettings } from "../../sdk.ts";

let test: Awaited<ReturnType<typeof startTestCloud>>;
let cloud: Cloud;
let acm: ACMClient;
let route53: Route53Client;
let issued: string;
let balancer: string;

beforeAll(async () => {
  test = await startTestCloud({ zones: [zone, "eu.orderhub.example"] });
  cloud = test.cloud;
  acm = new ACMClient(sdkSettings(cloud));
  route53 = new Route53Client(sdkSettings(cloud));
  issued = await certificate(cloud, zone);
  balancer = loadBalancer(cloud, "front", { zoneId: "Z1GM3OXH4ZPM65" });
  listener(cloud, balancer, 443, { certificateArn: issued, defaultActions: [] });
  alias(cloud, zone);
});

afterAll(async () => {
  acm.destroy();
  route53.destroy();
  await test.close();
});

const zoneId = () => cloud.zones[0]?.zoneId ?? "";
const keyTypes = ["EC_prime256v1", "RSA_2048"] as const;

it("lists certificates, those with other keys than RSA only when asked for", async () => {
  const rsa = cloud.acm.request({ domainName: `acme.${zone}`, validationMethod: "DNS" }, region);
  const plain = await acm.send(new ListCertificatesCommand({}));
  expect(plain.CertificateSummaryList).toMatchObject([
    { CertificateArn: rsa.arn, DomainName: `acme.${zone}`, Status: "PENDING_VALIDATION", InUse: false },
  ]);
  const all = await acm.send(new ListCertificatesCommand({ Includes: { keyTypes: [...keyTypes] } }));
  expect(all.CertificateSummaryList?.map(({ CertificateArn, InUse }) => [CertificateArn, InUse])).toEqual([
    [issued, true],
    [rsa.arn, false],
  ]);
  const pages = new ListCertificatesCommand({ Includes: { keyTypes: [...keyTypes] }, MaxItems: 1 });
  const { NextToken } = await acm.send(pages);
  const second = await acm.send(new ListCertificatesCommand({ ...pages.input, NextToken }));
  expect(second.CertificateSummaryList).toMatchObject([{ CertificateArn: rsa.arn }]);
  expect(second.NextToken).toBeUndefined();
});

it("describes a certificate: names, life, who holds it, its validation record", async () => {
  const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn: issued }));
  expect(Certificate).toMatchObject({
    ...{ DomainName: zone, SubjectAlternativeNames: [zone], Status: "ISSUED", KeyAlgorithm: "EC_prime256v1" },
    ...{ InUseBy: [balancer], NotAfter: expect.any(Date), RenewalEligibility: "ELIGIBLE" },
    DomainValidationOptions: [
      { DomainName: zone, ValidationStatus: "SUCCESS", ResourceRecord: { Type: "CNAME", Name: expect.any(String) } },
    ],
  });
  const arn = issued.replace(/.$/, "_");
  await expect(acm.send(new DescribeCertificateCommand({ CertificateArn: arn }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: `Could not find certificate ${arn} in account 123456789012 and region ${region}`,
  });
});

it("finds a zone by name and lists its records in Route 53's order", async () => {
  const { HostedZones = [] } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: zone, MaxItems: 1 }));
  expect(HostedZones).toMatchObject([{ Id: `/hostedzone/${zoneId()}`, Name: `${zone}.` }]);
  const { HostedZone } = await route53.send(new GetHostedZoneCommand({ Id: HostedZones[0]?.Id }));
  expect(HostedZone).toMatchObject({ Name: `${zone}.`, ResourceRecordSetCount: 4 });
  const all = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId() }));
  const [option] = cloud.acm.describe(issued).domainValidationOptions;
  expect(all).toMatchObject({
    IsTruncated: false,
    ResourceRecordSets: [
      {
        ...{ Name: `${zone}.`, Type: "A" },
        AliasTarget: { DNSName: `front-1.${region}.elb.amazonaws.com.`, EvaluateTargetHealth: true },
      },
      { Name: `${zone}.`, Type: "NS", TTL: 172_800 },
      { Name: `${zone}.`, Type: "SOA", TTL: 900 },
      { Name: option?.resourceRecordName, Type: "CNAME", ResourceRecords: [{ Value: option?.resourceRecordValue }] },
    ],
  });
});

it("changes records, all or none of a batch, and names lead where they say at once", async () => {
  const change = (...Changes: { Action: "CREATE" | "DELETE" | "UPSERT"; ResourceRecordSet: ResourceRecordSet }[]) =>
    route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId(), ChangeBatch: { Changes } }));
  const target = { HostedZoneId: "Z1GM3OXH4ZPM65", DNSName: `front-1.${region}.elb.amazonaws.com.` };
  const store: ResourceRecordSet = {
    ...{ Name: `store.${zone}`, Type: "A" },
    AliasTarget: { ...target, EvaluateTargetHealth: false },
  };
  const other: ResourceRecordSet = {
    ...{ Name: `www.${zone}.`, Type: "CNAME", TTL: 60 },
    ResourceRecords: [{ Value: `store.${zone}` }],
  };
  await expect(
    change({ Action: "CREATE", ResourceRecordSet: store }, { Action: "DELETE", ResourceRecordSet: other }),
  ).rejects.toMatchObject({
    name: "InvalidChangeBatch",
    message: `[Tried to delete resource record set [name='www.${zone}.', type='CNAME'] but it was not found]`,
  });
  await expect(handshake(cloud, `store.${zone}`, zone)).rejects.toThrow("no such host");
  const { ChangeInfo } = await change(
    { Action: "CREATE", ResourceRecordSet: store },
    { Action: "UPSERT", ResourceRecordSet: other },
  );
  expect(ChangeInfo).toMatchObject({ Status: "INSYNC", SubmittedAt: expect.any(Date) });
  expect((await handshake(cloud, `www.${zone}`, zone)).names).toBe(`DNS:${zone}`);
  await expect(change({ Action: "CREATE", ResourceRecordSet: store })).rejects.toThrow("but it already exists");
  await expect(change({ Action: "DELETE", ResourceRecordSet: { ...other, TTL: 61 } })).rejects.toThrow(
    "the values provided do not match the current values",
  );
  await change({ Action: "DELETE", ResourceRecordSet: other });
  await expect(handshake(cloud, `www.${zone}`, zone)).rejects.toThrow("no such host");
});

it("takes no record of another zone, no weights and no unknown zone", async () => {
  const record = { Name: `a.${zone}`, Type: "CNAME" as const, TTL: 60, ResourceRecords: [{ Value: zone }] };
  const change = (HostedZoneId: string, ResourceRecordSet: ResourceRecordSet) =>
    expect(
      route53.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId,
          ChangeBatch: { Changes: [{ Action: "UPSERT", ResourceRecordSet }] },
        }),
      ),
    ).rejects;
  await change(cloud.zones[1]?.zoneId ?? "", record).toMatchObject({ name: "InvalidChangeBatch" });
  await change(zoneId(), { ...record, SetIdentifier: "blue", Weight: 1 }).toMatchObject({
    name: "InvalidInput",
    message: expect.stringMatching(/SetIdentifier.* of route53:ChangeResourceRecordSets is not modelled/),
  });
  await change("Z0", record).toMatchObject({ name: "NoSuchHostedZone" });
});

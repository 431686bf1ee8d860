import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "../../../../../twin/core/store.ts";
import { validationOption } from "../../../../../twin/services/acm/certificate.ts";
import {
  account,
  certificate,
  eventually,
  listener,
  loadBalancer,
  put,
  record,
  region,
  startTestCloud,
  topic,
  zone,
} from "../../cloud.ts";

let now = Date.now();
let renewing: Awaited<ReturnType<typeof startTestCloud>>;
let test: Awaited<ReturnType<typeof startTestCloud>>;

beforeAll(async () => {
  test = await startTestCloud({ now: () => now });
});
afterAll(async () => {
  await test.close();
  await renewing.close();
});

const request = (domainName: string, ...subjectAlternativeNames: string[]) =>
  test.cloud.acm.request({ domainName, subjectAlternativeNames, validationMethod: "DNS" }, region);

it("asks for one record for a name and its wildcard, the same in every region", () => {
  const plain = validationOption(account, zone);
  expect(validationOption(account, `*.${zone}`)).toEqual({ ...plain, domainName: `*.${zone}` });
  expect(validationOption("210987654321", zone).resourceRecordName).not.toBe(plain.resourceRecordName);
  expect(plain.resourceRecordName).toMatch(/^_[0-9a-f]{32}\.au\.orderhub\.example\.$/);
  expect(plain.resourceRecordValue).toMatch(/^_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\.$/);
});

it("waits until every name has its record with the right value, then issues a certificate that verifies", async () => {
  const { acm, authority } = test.cloud;
  const { arn, domainValidationOptions, status } = request(`one.${zone}`, `two.${zone}`);
  expect(status).toBe("PENDING_VALIDATION");
  const [one, two] = domainValidationOptions;
  record(test.cloud, one?.resourceRecordName ?? "", "CNAME", { records: [one?.resourceRecordValue] });
  const wrong = record(test.cloud, two?.resourceRecordName ?? "", "CNAME", {
    records: ["_wrong.acm-validations.aws."],
  });
  await expect(acm.issued(arn, 30)).rejects.toThrow(
    `waiting for ACM Certificate (${arn}) to be issued: timeout while waiting for state to become 'ISSUED' ` +
      "(last state: 'PENDING_VALIDATION', timeout: 0s)",
  );
  test.store.remove("aws:route53/record:Record", wrong, "global");
  record(test.cloud, two?.resourceRecordName ?? "", "CNAME", { records: [two?.resourceRecordValue] });
  const issued = await acm.issued(arn, 5000);
  const leaf = new X509Certificate(issued.pem ?? "");
  expect(leaf.subjectAltName).toBe(`DNS:one.${zone}, DNS:two.${zone}`);
  expect(leaf.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  expect(leaf.publicKey.asymmetricKeyType).toBe("rsa");
  expect(Date.parse(issued.notAfter ?? "") - now).toBe(395 * 86_400_000);
  expect(acm.describe(arn)).toMatchObject({ status: "ISSUED", inUseBy: [], domainValidationOptions });
});

it("gives up after 72 hours, and an issued certificate expires", async () => {
  const { acm } = test.cloud;
  const pending = request(`late.${zone}`).arn;
  const issued = await certificate(test.cloud, `soon.${zone}`);
  now += 73 * 3_600_000;
  await expect(acm.issued(pending, 1000)).rejects.toThrow("unexpected state 'VALIDATION_TIMED_OUT'");
  now += 395 * 86_400_000;
  expect(acm.describe(issued).status).toBe("EXPIRED");
});

it("renews what a load balancer holds and whose records are there, from 60 days before its end on, and tells of the rest", async () => {
  renewing = await startTestCloud();
  const { cloud } = renewing;
  const { acm, minutes, renewals } = cloud;
  const [kept, bare, idle] = [`kept.${zone}`, `bare.${zone}`, `idle.${zone}`];
  const arns = await Promise.all([kept, bare, idle].map((host) => certificate(cloud, host)));
  const [first = "", second = "", third = ""] = arns;
  const balancer = loadBalancer(cloud);
  listener(cloud, balancer, 443, { certificateArn: first });
  const held = { listenerArn: balancer.replace("loadbalancer", "listener"), certificateArn: second };
  put(cloud, "aws:lb/listenerCertificate:ListenerCertificate", "beside", {
    ...held,
    listenerArn: `${held.listenerArn}/443`,
  });
  cloud.dns.withdraw(validationOption(account, bare).resourceRecordName);
  const told = topic(cloud, "told");
  put(cloud, "aws:cloudwatch/eventRule:EventRule", "acm", { name: "acm", eventPattern: '{"source":["aws.acm"]}' });
  put(cloud, "aws:cloudwatch/eventTarget:EventTarget", "acm-told", { rule: "acm", arn: told });

  const before = acm.describe(first);
  const passDays = async (days: number) => {
    for (let day = 0; day < days; day++) {
      minutes.pass(86_400_000);
      await renewals.look();
    }
  };
  await passDays(334);
  expect(acm.describe(first)).toEqual(before);
  await passDays(1);
  const after = acm.describe(first);
  expect(after.pem).not.toBe(before.pem);
  expect(Math.round((Date.parse(after.notAfter ?? "") - Date.parse(before.notAfter ?? "")) / 86_400_000)).toBe(335);
  // Clients go by the machine's clock.
  expect(Date.parse(after.notBefore ?? "")).toBeLessThan(Date.now());
  expect(cloud.sns.inbox()).toEqual([]);

  await passDays(16);
  await eventually(() => (cloud.sns.inbox().length === 7 ? true : undefined), "what ACM tells");
  const events = cloud.sns.inbox().map(({ message }) => JSON.parse(message));
  const named = (type: string) => events.filter((event) => event["detail-type"] === type).map(({ detail }) => detail);
  const days = Math.floor((Date.parse(acm.describe(second).notAfter ?? "") - minutes.now()) / 86_400_000);
  expect(named("ACM Certificate Renewal Action Required")).toMatchObject([
    { CommonName: bare, DomainValidationMethod: "DNS", DaysToExpiry: 45, InUse: true },
  ]);
  expect(new Set(named("ACM Certificate Approaching Expiration").map(({ CommonName }) => CommonName))).toEqual(
    new Set([bare, idle]),
  );
  expect([days < 45, acm.describe(third).status]).toEqual([true, "ISSUED"]);

  await passDays(days + 2);
  expect([first, second, third].map((arn) => acm.describe(arn).status)).toEqual(["ISSUED", "EXPIRED", "EXPIRED"]);
}, 30_000);

it("refuses by name what it does not model", () => {
  const { acm } = test.cloud;
  expect(() => acm.request({ domainName: zone, validationMethod: "EMAIL" }, region)).toThrow('"EMAIL" is not modelled');
  expect(() => acm.request({}, region)).toThrow("imported certificates are not modelled");
  const curve = { domainName: zone, validationMethod: "DNS", keyAlgorithm: "EC_secp384r1" };
  expect(() => acm.request(curve, region)).toThrow("keyAlgorithm EC_secp384r1 is not modelled");
});

it("does not bring back what was deleted while it was being issued", async () => {
  const { acm } = test.cloud;
  const { arn, domainValidationOptions } = request(`gone.${zone}`);
  const [option] = domainValidationOptions;
  record(test.cloud, option?.resourceRecordName ?? "", "CNAME", { records: [option?.resourceRecordValue] });
  acm.delete(arn);
  await acm.close();
  expect(() => acm.describe(arn)).toThrow("ResourceNotFoundException");
});

it("a cloud that is closed while it issues has written the certificate", async () => {
  const directory = mkdtempSync(join(tmpdir(), "twin-"));
  const first = await startTestCloud({ directory });
  const { arn, domainValidationOptions } = first.cloud.acm.request(
    { domainName: zone, validationMethod: "DNS" },
    region,
  );
  const [option] = domainValidationOptions;
  record(first.cloud, option?.resourceRecordName ?? "", "CNAME", { records: [option?.resourceRecordValue] });
  expect(first.cloud.acm.describe(arn).status).toBe("PENDING_VALIDATION");
  await first.close(true);
  // A store of its own: the next cloud would issue what is still pending.
  const store = new Store(directory);
  expect(store.read("certificate", arn)).toMatchObject({ status: "ISSUED" });
  store.close();
  rmSync(directory, { recursive: true });
});

it("keeps authority and certificates over a restart", async () => {
  const directory = mkdtempSync(join(tmpdir(), "twin-"));
  const first = await startTestCloud({ directory });
  const arn = await certificate(first.cloud, `kept.${zone}`);
  const before = first.cloud.acm.describe(arn);
  await first.close(true);
  const second = await startTestCloud({ directory });
  expect(second.cloud.acm.describe(arn)).toEqual(before);
  expect(second.cloud.authority.certificate).toBe(first.cloud.authority.certificate);
  await second.close();
});

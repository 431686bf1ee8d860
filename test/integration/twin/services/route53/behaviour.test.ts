import { type AcmCall, getCertificate } from "../../../../../twin/services/acm/resources.ts";
import { account, alias, loadBalancer, region, startTestCloud } from "../../cloud.ts";
import { fetchThrough, tunnel } from "../../connections.ts";

let started: Awaited<ReturnType<typeof startTestCloud>>;
let now = Date.parse("2026-01-01T00:00:00Z");

beforeAll(async () => {
  started = await startTestCloud({ now: () => now });
});
afterAll(() => started.close());

const ask = (name: string) => fetchThrough(started.cloud, `https://dns.google/resolve?name=${name}&type=CNAME`);

describe("a name elsewhere than in Route 53", () => {
  test("leads where its owner says, and is an ERP system while no owner says anything", () => {
    const { dns } = started.cloud;
    const arn = loadBalancer(started.cloud);
    expect(dns.resolve("shop.acme.example")).toEqual({ kind: "erp" });
    dns.publish("shop.acme.example", `front-1.${region}.elb.amazonaws.com`);
    expect(dns.resolve("shop.acme.example")).toEqual({ kind: "load balancer", arn });
    expect(dns.resolve("erp.acme.example")).toEqual({ kind: "erp" });
    dns.withdraw("shop.acme.example");
    expect(dns.resolve("shop.acme.example")).toEqual({ kind: "erp" });
  });

  test("is answered by the public resolver, in the JSON that it has", async () => {
    started.cloud.dns.publish("_a.shop.acme.example", "_b.acm-validations.aws");
    expect(JSON.parse((await ask("_a.shop.acme.example.")).body)).toMatchObject({
      Status: 0,
      Question: [{ name: "_a.shop.acme.example.", type: 5 }],
      Answer: [{ name: "_a.shop.acme.example.", type: 5, TTL: 60, data: "_b.acm-validations.aws." }],
    });
    const { body } = await ask("nobody.acme.example");
    expect(JSON.parse(body)).toMatchObject({ Status: 3 });
    expect(JSON.parse(body)).not.toHaveProperty("Answer");
  });

  test("is refused by name where the resolver is asked what the twin does not model", async () => {
    const answer = await fetchThrough(started.cloud, "https://dns.google/resolve?name=acme.example&type=TXT");
    expect([answer.status, JSON.parse(answer.body).error]).toEqual([
      400,
      "GET /resolve?name=acme.example&type=TXT: the twin models GET /resolve?name=…&type=CNAME",
    ]);
    await expect(tunnel(started.cloud, "dns.google:80")).rejects.toThrow("dns.google:80: connection refused");
  });

  test("of a hosted zone is Route 53's alone; its records can be deleted manually", () => {
    const { dns } = started.cloud;
    expect(() => dns.publish("acme.au.orderhub.example", "elsewhere.example")).toThrow(
      "acme.au.orderhub.example lies in the hosted zone au.orderhub.example: its records are made through Route 53",
    );
    alias(started.cloud, "acme.au.orderhub.example");
    dns.withdraw("acme.au.orderhub.example");
    expect(dns.resolve("acme.au.orderhub.example")).toMatchObject({ kind: "load balancer" });
  });
});

describe("a certificate of such a name", () => {
  const call = () => ({ acm: started.cloud.acm, region, account }) as AcmCall;
  const look = (...statuses: string[]) =>
    getCertificate.read({ domain: "late.acme.example", statuses, types: ["AMAZON_ISSUED"], mostRecent: true }, call());

  test("is issued once its owner has published the record, and found by its status", async () => {
    const requested = started.cloud.acm.request(
      { domainName: "late.acme.example", validationMethod: "DNS", keyAlgorithm: "EC_prime256v1" },
      region,
    );
    expect(() => look("ISSUED")).toThrow("no ACM Certificate matching domain (late.acme.example)");
    expect(look("PENDING_VALIDATION")).toMatchObject({ arn: requested.arn, status: "PENDING_VALIDATION" });
    for (const { resourceRecordName, resourceRecordValue } of requested.domainValidationOptions)
      started.cloud.dns.publish(resourceRecordName, resourceRecordValue);
    await started.cloud.acm.issued(requested.arn, 5_000);
    expect(look("ISSUED")).toMatchObject({ arn: requested.arn, domain: "late.acme.example", status: "ISSUED" });
  });

  test("is given up after 72 hours", () => {
    const { arn } = started.cloud.acm.request({ domainName: "never.acme.example", validationMethod: "DNS" }, region);
    now += 72 * 3_600_000 + 1;
    const found = getCertificate.read(
      { domain: "never.acme.example", statuses: ["VALIDATION_TIMED_OUT"], mostRecent: true },
      call(),
    );
    expect(found).toMatchObject({ arn, status: "VALIDATION_TIMED_OUT" });
  });
});

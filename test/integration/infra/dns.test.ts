import tls from "node:tls";
import { inTurns, recordProblem } from "../../../infra/dns.ts";
import { region, startTestCloud } from "../twin/cloud.ts";

const resolver = "https://dns.google/resolve";
const environment = { ...process.env };
const authorities = tls.getCACertificates();
let started: Awaited<ReturnType<typeof startTestCloud>>;

beforeAll(async () => {
  started = await startTestCloud();
  tls.setDefaultCACertificates([started.cloud.authority.certificate]);
  process.env.HTTPS_PROXY = started.cloud.proxyUrl;
});

afterAll(async () => {
  process.env = environment;
  tls.setDefaultCACertificates(authorities);
  await started.close();
});

const record = { name: "_a.shop.acme.example.", type: "CNAME", value: "_b.acm-validations.aws." };

describe("a record", () => {
  it("that is not published is a problem with the words to publish it", async () => {
    expect(await recordProblem(resolver, record)).toBe(
      "expected the DNS record _a.shop.acme.example. CNAME _b.acm-validations.aws., found none",
    );
  });

  it("with another value is a problem that names it", async () => {
    started.cloud.dns.publish("_a.shop.acme.example", "elsewhere.example");
    expect(await recordProblem(resolver, record)).toBe(
      "expected the DNS record _a.shop.acme.example. CNAME _b.acm-validations.aws., found elsewhere.example.",
    );
  });

  it("is found whatever its case and its last dot", async () => {
    started.cloud.dns.publish("_A.shop.acme.example.", "_B.acm-validations.aws");
    expect(await recordProblem(resolver, record)).toBeUndefined();
  });

  it("of ACM's own is found once it is in the zone", async () => {
    const names = { domainName: "acme.au.orderhub.example", validationMethod: "DNS" };
    const [option] = started.cloud.acm.request(names, region).domainValidationOptions;
    const expected = {
      name: option?.resourceRecordName ?? "",
      type: "CNAME",
      value: option?.resourceRecordValue ?? "",
    };
    expect(await recordProblem(resolver, expected)).toMatch(/found none$/);
  });

  it("cannot be judged where the resolver gives no answer", async () => {
    await expect(recordProblem("https://dns.nowhere.test/resolve", record)).rejects.toThrow();
    await expect(recordProblem("https://dns.google/elsewhere", record)).rejects.toThrow("dns.google answered 400");
  });
});

test("many questions go twenty at a time, and their answers come in their order", async () => {
  let [now, most] = [0, 0];
  const answers = await inTurns(
    Array.from({ length: 100 }, (_, index) => index),
    async (index) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      return index * 2;
    },
  );
  expect(answers).toEqual(Array.from({ length: 100 }, (_, index) => index * 2));
  expect(most).toBe(20);
});

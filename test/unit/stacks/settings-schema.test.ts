import { findStack } from "../../../stacks/registry.ts";
import { settingsSchema } from "../../../stacks/settings-schema.ts";

const store = { name: "acme", hostname: "acme.au.orderhub.example", erp: "https://erp.acme.example/orders" };
const good = {
  region: "ap-southeast-2",
  account: "123456789012",
  domain: "au.orderhub.example",
  ingest: { cpu: 512, memory: 1024, count: 2 },
  dispatch: { cpu: 256, memory: 512, count: 1 },
  stores: [store],
  alarmEmail: "oncall@orderhub.example",
};

/** What is said of settings, each with its path. */
function said(overrides: object): string[] {
  const raw = { ...good, ...overrides };
  const { error } = settingsSchema(findStack("prod-au"), raw).safeParse(raw);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

/** A domain of that many characters, each of its labels short enough. */
const longName = (length: number) => `${"a".repeat(40)}.${"b".repeat(length - 49)}.example`;

describe("the first name of a certificate", () => {
  const tooLong = "at most 64 characters: ACM takes no longer first name of a certificate. Fix:";

  it("has up to 64 characters, be it the domain or a store's host name", () => {
    const domain = longName(62);
    expect(said({ stores: [{ ...store, hostname: longName(64) }] })).toEqual([]);
    expect(said({ domain, stores: [{ ...store, hostname: `a.${domain}` }] })).toEqual([]);
  });

  it("is refused with more, with the setting and what fixes it", () => {
    const domain = longName(65);
    expect(said({ domain, stores: [{ ...store, hostname: `a.${domain}` }] })).toEqual([
      `domain: ${tooLong} use a shorter domain`,
      `stores.0.hostname: ${tooLong} use a shorter hostname; under the stack's domain, an alias may be longer`,
    ]);
  });

  it("does not limit an alias: a host rule takes 128 characters", () => {
    const alias = `${"a".repeat(63)}.${good.domain}`;
    expect(said({ stores: [{ ...store, aliases: [alias] }] })).toEqual([]);
  });
});

describe("the credentials of an ERP", () => {
  const expected =
    "the name of a secret, order-queue/prod-au/ and 1 to 400 letters, digits and /_+=.@-, not ending in /inbound";
  const named = (erpCredentials: string) => said({ stores: [{ ...store, erpCredentials }] });

  it("are in a secret under the stack's own prefix, which its containers may fetch", () => {
    expect(named("order-queue/prod-au/acme")).toEqual([]);
    expect(named(`order-queue/prod-au/${"a".repeat(400)}`)).toEqual([]);
  });

  it.each([
    "order-queue/acme",
    "order-queue/staging/acme",
    "order-queue/prod-au/",
    `order-queue/prod-au/${"a".repeat(401)}`,
    "order-queue/prod-au/acme/inbound",
  ])("are refused elsewhere: %s", (name) => {
    expect(named(name)).toEqual([`stores.0.erpCredentials: ${expected}`]);
  });
});

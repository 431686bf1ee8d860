import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { definitionBytes, mostDefinitionBytes } from "../../../infra/definition-size.ts";
import type { RunningStore } from "../../../infra/task-definition.ts";
import { findStack, stacks } from "../../../stacks/registry.ts";
import { SettingsError } from "../../../stacks/settings.ts";
import { parseSettings } from "../../../stacks/settings-parser.ts";
import { asEngine, bluegum, good, parseOf, refusal, store, type Values } from "./settings-parser-fixture.ts";

it("refuses an encrypted value by its path, and shows no other value that may have been decrypted", () => {
  const values = asEngine({ ...good, alarmEmail: "decrypted" });
  const secrets = ["order-queue:stores[0].erp"];
  expect(() => parseSettings({ stack: findStack("prod-au"), file: "Pulumi.prod-au.yaml", values, secrets })).toThrow(
    new SettingsError([
      {
        ...{ file: "Pulumi.prod-au.yaml", path: "order-queue:stores[0].erp", value: "[secret]" },
        expected:
          "a plain value (settings are not kept secret; create a secret in AWS Secrets Manager and name it in the store's erpCredentials)",
      },
    ]),
  );
});

it("shows no user and password of an ERP's URL", () => {
  const message = refusal({ ...good, stores: [store({ erp: "https://me:s3cret@erp.acme.example/" })] }).message;
  expect(message).toContain(
    'expected an https URL on port 443 without user or fragment, got "https://[not shown]@erp.acme.example/"',
  );
});

it("has what a store's ERP may need", () => {
  const more = {
    unsigned: "its platform cannot sign",
    erpSuccess: { pointer: "/ok", equals: true },
    erpRetryStatuses: [401],
    inSequence: true,
    sequenceMinutes: 60,
  };
  expect(parseOf({ ...good, stores: [store(more)] }).stores).toEqual([store({ aliases: [], ...more })]);
});

describe("settings", () => {
  it("are read with their defaults", () => {
    expect(parseOf(good)).toEqual({
      ...good,
      stores: (good.stores as Values[]).map((each) => ({ aliases: [], inSequence: false, ...each })),
      storesPerLoadBalancer: 24,
      resolver: "https://dns.google/resolve",
      firewall: { mode: "count", addressLimit: 60_000, hostLimit: 300_000 },
      cidr: "10.0.0.0/16",
      zones: 2,
      natPerZone: true,
      deletionProtection: true,
      erpTimeoutSeconds: 10,
      logRetentionDays: 30,
      oldestOrderSeconds: 300,
      verificationSeconds: 300,
      bakeSeconds: 300,
      uncommitted: false,
      freeze: [],
      timeZone: "UTC",
    });
  });

  it.each([
    [2, 4],
    [30, 60],
    [60, 100],
  ])("let %i containers grow to %i where they do not say to how many", (count, max) => {
    expect(parseOf({ ...good, ingest: { cpu: 512, memory: 1024, count } }).ingest.max).toBe(max);
  });

  it.each(stacks.map(({ name }) => name))("of the committed file of %s are good", (name) => {
    const file = `Pulumi.${name}.yaml`;
    const { config } = parse(readFileSync(path.join(__dirname, "../../..", file), "utf8"));
    expect(parseOf(config, name).stores.length).toBeGreaterThan(0);
  });

  it.each<[string, Values, string, unknown]>([
    ["another region than the stack's", { region: "eu-west-1" }, "region", "eu-west-1"],
    ["an account that is not 12 digits", { account: "12345678901" }, "account", "12345678901"],
    ["no account", { account: undefined }, "account", undefined],
    ["a domain in capitals", { domain: "AU.orderhub.example" }, "domain", "AU.orderhub.example"],
    ["a domain of one label", { domain: "orderhub" }, "domain", "orderhub"],
    ["a range that is too small", { cidr: "10.0.0.0/20" }, "cidr", "10.0.0.0/20"],
    ["a range that starts elsewhere", { cidr: "10.0.1.0/16" }, "cidr", "10.0.1.0/16"],
    ["one zone", { zones: 1 }, "zones", 1],
    ["zones that are no number", { zones: "two" }, "zones", "two"],
    ["half a zone", { zones: 2.5 }, "zones", 2.5],
    ["neither yes nor no", { natPerZone: "maybe" }, "natPerZone", "maybe"],
    ["one ingest container", { ingest: { cpu: 512, memory: 1024, count: 1 } }, "ingest.count", 1],
    ["no dispatch container", { dispatch: { cpu: 256, memory: 512, count: 0 } }, "dispatch.count", 0],
    ["a CPU size that Fargate has not", { ingest: { cpu: 300, memory: 1024, count: 2 } }, "ingest.cpu", 300],
    ["memory that Fargate has not", { ingest: { cpu: 512, memory: 512, count: 2 } }, "ingest.memory", 512],
    ["no memory", { dispatch: { cpu: 256, count: 1 } }, "dispatch.memory", undefined],
    ["a most below the least", { ingest: { cpu: 512, memory: 1024, count: 4, max: 3 } }, "ingest.max", 3],
    ["more than 100 containers", { dispatch: { cpu: 256, memory: 512, count: 1, max: 101 } }, "dispatch.max", 101],
    ["a most that is no number", { dispatch: { cpu: 256, memory: 512, count: 1, max: "all" } }, "dispatch.max", "all"],
    ["an unknown part of a size", { dispatch: { cpu: 256, memory: 512, count: 1, disk: 20 } }, "dispatch.disk", 20],
    ["a watch of more than a day", { bakeSeconds: 86_401 }, "bakeSeconds", 86_401],
    ["uncommitted files perhaps", { uncommitted: "maybe" }, "uncommitted", "maybe"],
    ["glass broken without a word", { breakGlass: { release: "0123456789ab" } }, "breakGlass.reason", undefined],
    [
      "glass broken with a few",
      { breakGlass: { release: "0123456789ab", reason: "hurry" } },
      "breakGlass.reason",
      "hurry",
    ],
    [
      "glass broken for what is no release",
      { breakGlass: { release: "main", reason: "the certificate is broken" } },
      "breakGlass.release",
      "main",
    ],
    ["glass broken with a hammer", { breakGlass: "yes" }, "breakGlass", "yes"],
    ["a firewall that does neither", { firewall: { mode: "off" } }, "firewall.mode", "off"],
    ["a limit that no client keeps", { firewall: { addressLimit: 10 } }, "firewall.addressLimit", 10],
    ["an unsigned store without a word", { stores: [store({ unsigned: true })] }, "stores[0].unsigned", true],
    [
      "a success rule of both kinds",
      { stores: [store({ erpSuccess: { pointer: "/ok", equals: true, pattern: "OK" } })] },
      "stores[0].erpSuccess",
      { pointer: "/ok", equals: true, pattern: "OK" },
    ],
    [
      "a pattern that is none",
      { stores: [store({ erpSuccess: { pattern: "(" } })] },
      "stores[0].erpSuccess.pattern",
      "(",
    ],
    [
      "a status that is no refusal",
      { stores: [store({ erpRetryStatuses: [503] })] },
      "stores[0].erpRetryStatuses[0]",
      503,
    ],
    ["minutes of no sequence", { stores: [store({ sequenceMinutes: 5 })] }, "stores[0].sequenceMinutes", 5],
    ["no stores", { stores: [] }, "stores", []],
    ["stores that are no list", { stores: "acme" }, "stores", "acme"],
    ["a store without name", { stores: [store({ name: undefined }), bluegum] }, "stores[0].name", undefined],
    ["a store name in capitals", { stores: [store({ name: "Acme" })] }, "stores[0].name", "Acme"],
    ["verification's own store", { stores: [store({ name: "synthetic" })] }, "stores[0].name", "synthetic"],
    [
      "a host name elsewhere",
      { stores: [bluegum, store({ hostname: "acme.eu.orderhub.example" })] },
      "stores[1].hostname",
      "acme.eu.orderhub.example",
    ],
    [
      "a host name two labels deep",
      { stores: [store({ hostname: "shop.acme.au.orderhub.example" })] },
      "stores[0].hostname",
      "shop.acme.au.orderhub.example",
    ],
    [
      "the platform's own name",
      { stores: [store({ hostname: "orderhub.example" })] },
      "stores[0].hostname",
      "orderhub.example",
    ],
    [
      "a further name elsewhere",
      { stores: [store({ aliases: ["www.acme.example"] })] },
      "stores[0].aliases[0]",
      "www.acme.example",
    ],
    [
      "further names beside a domain of the store's own",
      { stores: [store({ hostname: "shop.acme.example", aliases: ["www.au.orderhub.example"] })] },
      "stores[0].aliases",
      ["www.au.orderhub.example"],
    ],
    ["no store on a load balancer", { storesPerLoadBalancer: 0 }, "storesPerLoadBalancer", 0],
    ["a resolver without TLS", { resolver: "http://dns.google/resolve" }, "resolver", "http://dns.google/resolve"],
    [
      "an ERP without TLS",
      { stores: [store({ erp: "http://erp.acme.example/" })] },
      "stores[0].erp",
      "http://erp.acme.example/",
    ],
    [
      "an ERP on a port that no security group opens",
      { stores: [store({ erp: "https://erp.acme.example:8443/" })] },
      "stores[0].erp",
      "https://erp.acme.example:8443/",
    ],
    [
      "credentials that no secret can be named after",
      { stores: [store({ erpCredentials: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme" })] },
      "stores[0].erpCredentials",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme",
    ],
    ["an unknown part of a store", { stores: [store({ tier: "gold" })] }, "stores[0].tier", "gold"],
    ["no address for alarms", { alarmEmail: "oncall" }, "alarmEmail", "oncall"],
    ["days that CloudWatch has not", { logRetentionDays: 31 }, "logRetentionDays", 31],
    ["an ERP timeout beyond the queue's window", { erpTimeoutSeconds: 26 }, "erpTimeoutSeconds", 26],
    ["an alarm within the minute", { oldestOrderSeconds: 59 }, "oldestOrderSeconds", 59],
    ["verification without time", { verificationSeconds: 0 }, "verificationSeconds", 0],
    ["a setting that is none", { colour: "red" }, "colour", "red"],
  ])("are refused with %s, which is named with its value", (_, overrides, at, value) => {
    const { problems } = refusal({ ...good, ...overrides });
    expect(problems).toEqual([
      { file: "Pulumi.prod-au.yaml", path: `order-queue:${at}`, value, expected: expect.any(String) },
    ]);
  });

  it("are refused where two stores have one name or host name, and both are named", () => {
    const { problems } = refusal({ ...good, stores: [store({}), store({})] });
    expect(problems.map(({ path, expected }) => [path, expected])).toEqual([
      ["order-queue:stores[0].name", "a name that no other store has"],
      ["order-queue:stores[0].hostname", "a hostname that no other store has"],
      ["order-queue:stores[1].name", "a name that no other store has"],
      ["order-queue:stores[1].hostname", "a hostname that no other store has"],
    ]);
  });

  it.each<[string, Values, number]>([
    ["five load balancers of 24 stores", {}, 120],
    ["what the account's quotas were raised to", { storesPerLoadBalancer: 90 }, 450],
  ])("are refused beyond %s", (_, quota, most) => {
    const many = Array.from({ length: most + 1 }, (__, index) =>
      store({ name: `store-${index}`, hostname: `store-${index}.au.orderhub.example` }),
    );
    expect(parseOf({ ...good, ...quota, stores: many.slice(1) }).stores).toHaveLength(most);
    const { problems } = refusal({ ...good, ...quota, stores: many });
    expect(problems.map(({ path, expected }) => [path, expected])).toEqual([
      ["order-queue:stores", `a list of 1 to ${most} stores, each with name, hostname and erp`],
    ]);
  });

  const numbered = (count: number, more: (name: string) => Values = () => ({})) =>
    Array.from({ length: count }, (_, index) => {
      const name = `store-${index}`;
      const erp = `https://erp.${name}.example/orders`;
      return store({ name, hostname: `${name}.au.orderhub.example`, erp, ...more(name) });
    });
  const longerOf = (name: string) => ({ erp: `https://orders.${name}.example/api/v2/orders` });
  const secretOf = (name: string) => ({ erpCredentials: `order-queue/prod-au/${name}` });

  const bytesOf = (stores: Values[]) =>
    definitionBytes(
      stores.map((each) => ({ aliases: [], inSequence: false, ...each }) as unknown as RunningStore),
      { account: "123456789012", region: "ap-southeast-2", domain: "au.orderhub.example" },
    );
  /** Computed: a sidecar takes some of the room. */
  const mostWithCredentials = () => {
    let count = 1;
    while (bytesOf(numbered(count + 1, secretOf)) <= mostDefinitionBytes) count += 1;
    return count;
  };

  it.each<[string, () => Values[]]>([
    ["1,000", () => numbered(1_000)],
    ["the most with credentials", () => numbered(mostWithCredentials(), secretOf)],
  ])("take as many stores as a task definition has room for: %s", (_, make) => {
    const stores = make();
    expect(stores.length).toBeGreaterThan(250);
    expect(parseOf({ ...good, storesPerLoadBalancer: 200, stores }).stores).toHaveLength(stores.length);
  });

  it.each<[string, () => Values[]]>([
    ["1,000 with a longer URL", () => numbered(1_000, longerOf)],
    ["one more than the most with credentials", () => numbered(mostWithCredentials() + 1, secretOf)],
  ])("are refused where it has none: %s", (_, make) => {
    const stores = make();
    expect(refusal({ ...good, storesPerLoadBalancer: 200, stores }).problems).toEqual([
      {
        file: "Pulumi.prod-au.yaml",
        path: "order-queue:stores",
        value: `${stores.length} stores of ${bytesOf(stores)} bytes`,
        expected:
          "stores that fit a task definition of ECS, which has 65536 bytes; give some of them a stack of their own, or shorter names of stores and secrets and shorter URLs",
      },
    ]);
  });

  it.each(["shop.acme.example", "acme.example", "acme.shop"])("take a domain of the store's own: %s", (hostname) => {
    const { stores } = parseOf({ ...good, stores: [store({ hostname })] });
    expect(stores.map((each) => each.hostname)).toEqual([hostname]);
  });

  it("of another namespace are refused: they would decide nothing", () => {
    expect(refusal({ ...good, "aws:region": "us-east-1" }).problems).toEqual([
      {
        file: "Pulumi.prod-au.yaml",
        path: "aws:region",
        value: "us-east-1",
        expected: "settings under order-queue: alone",
      },
    ]);
  });

  it("of the engine itself are left to the engine", () => {
    expect(parseOf({ ...good, "pulumi:disable-default-providers": '["aws"]' }).zones).toBe(2);
  });

  it("are refused with all that is wrong at once, as the operator reads it", () => {
    const wrong = {
      ...good,
      zones: 9,
      alarmEmail: undefined,
      dispatch: { cpu: 256, memory: 4096, count: 1 },
      colour: 1,
    };
    expect(refusal(wrong).message).toBe(
      [
        "4 settings are wrong. No resources were changed:",
        "  Pulumi.prod-au.yaml order-queue:zones: expected a whole number of availability zones, 2 to 3, got 9",
        "  Pulumi.prod-au.yaml order-queue:dispatch.memory: expected a number of MiB that Fargate has for 256 CPU units, " +
          "one of 512, 1024, 2048, got 4096",
        "  Pulumi.prod-au.yaml order-queue:alarmEmail: expected an e-mail address, got nothing",
        "  Pulumi.prod-au.yaml order-queue:colour: expected no such setting (stacks/settings.ts lists them all), got 1",
      ].join("\n"),
    );
  });
});

it("settings are refused where a store's further name is another one's", () => {
  const other = store({ name: "other", hostname: "other.au.orderhub.example", aliases: ["acme.au.orderhub.example"] });
  expect(
    refusal({ ...good, stores: [store({}), other] }).problems.map(({ path, expected }) => [path, expected]),
  ).toEqual([
    ["order-queue:stores[0].hostname", "a hostname that no other store has"],
    ["order-queue:stores[1].aliases[0]", "a hostname that no other store has"],
  ]);
});

describe("a stack", () => {
  it("that does not exist is refused with the names of those that do", () => {
    expect(() => findStack("production")).toThrow(
      `There is no stack production: expected one of ${stacks.map(({ name }) => name).join(", ")}. A new stack is entered in stacks/registry.ts`,
    );
  });
});

import { compare, titleOf, unusedEntries } from "../../../../release/plan/compare.ts";
import type { Properties, Resource } from "../../../../release/plan/graph.ts";
import type { Entry, Rule } from "../../../../stacks/parity-contract.ts";

/** A stack of one queue and its stores, as two graphs would have it. */
function graph(stack: string, more: (add: Add) => void = () => {}): Resource[] {
  const resources: Resource[] = [];
  const add: Add = (type, name, inputs = {}, parent = "pulumi:pulumi:Stack", extra = {}) => {
    const urn = `urn:pulumi:${stack}::order-queue::${type}::${name}`;
    resources.push({
      urn,
      type,
      name,
      parent: parent === "" ? "" : urnOf(parent),
      inputs,
      outputs: {},
      id: "",
      protect: false,
      ...extra,
    });
    return urn;
  };
  const urnOf = (parent: string) => resources.find((r) => r.type === parent || r.urn === parent)?.urn ?? "";
  add("pulumi:pulumi:Stack", `order-queue-${stack}`, {}, "");
  const region = stack === "staging" ? "ap-southeast-2" : "eu-west-1";
  add("order-queue:infra:Region", stack, { domain: `${stack}.orderhub.example`, region, account: "123456789012" });
  more(add);
  return resources;
}
type Add = (type: string, name: string, inputs?: Properties, parent?: string, extra?: Partial<Resource>) => string;

const QUEUE = "aws:sqs/queue:Queue";
const store = (add: Add, stack: string, name: string, kind: string, more: Properties = {}) => {
  const hostname = `${name}.${stack}.orderhub.example`;
  const urn = add("order-queue:infra:Store", `${stack}-store-${name}`, { kind, store: name, hostname });
  add(
    "aws:acm/certificate:Certificate",
    `${stack}-store-${name}`,
    { domainName: hostname, validationMethod: "DNS", ...more },
    urn,
  );
};

describe("parity", () => {
  test("is equal when only names, region, domain and identities differ", () => {
    const make = (stack: string, arn: string) =>
      graph(stack, (add) => {
        add(QUEUE, `${stack}-dead-letter`, { name: "auto", __defaults: ["name"] }, undefined, { outputs: { arn } });
        add(QUEUE, `${stack}-orders`, {
          redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 5 }),
        });
      });
    const result = compare(
      make("staging", "arn:aws:sqs:ap-southeast-2:123456789012:staging-dead-letter-1a2b3c4"),
      make("prod-eu", "arn:aws:sqs:eu-west-1:123456789012:prod-eu-dead-letter-5d6e7f8"),
      "prod-eu",
      [],
    );
    expect(result).toEqual({ differences: [], allowed: [] });
  });

  test("is equal where resources are named after hosts, whether or not the domain begins with the stack's name", () => {
    const make = (stack: string, domain: string) =>
      graph(stack, (add) => {
        const fqdn = `_1a2b3c4.${domain}`;
        add("aws:route53/record:Record", `${stack}-platform-${domain}-validation`, {}, undefined, {
          outputs: { fqdn },
        });
        add("aws:acm/certificateValidation:CertificateValidation", stack, { validationRecordFqdns: [fqdn] });
      }).map((one) => (one.type === "order-queue:infra:Region" ? { ...one, inputs: { ...one.inputs, domain } } : one));
    expect(
      compare(make("staging", "staging.orderhub.example"), make("prod-eu", "eu.orderhub.example"), "prod-eu", []),
    ).toEqual({ differences: [], allowed: [] });
  });

  test("is equal between new stacks, whose automatic names are known before anything has an id", () => {
    const make = (stack: string, tail: string) =>
      graph(stack, (add) => {
        const bucket = `${stack}-access-logs-${tail}`;
        const chosen = { bucket, __defaults: ["bucket"] };
        add("aws:s3/bucket:Bucket", `${stack}-access-logs`, chosen, undefined, { id: "", outputs: {} });
        add("aws:s3/bucketPolicy:BucketPolicy", `${stack}-access-logs`, { bucket });
        add("aws:lb/loadBalancer:LoadBalancer", `${stack}-front`, { accessLogs: { bucket, enabled: true } });
      });
    expect(compare(make("staging", "5ee9d4a"), make("prod-au", "0f80611"), "prod-au", [])).toEqual({
      differences: [],
      allowed: [],
    });
  });

  test("is equal between a stack that is deployed and one that is only planned", () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const make = (stack: string, tail: string, known: boolean) =>
      graph(stack, (add) => {
        const name = `${stack}-front-${tail}`;
        const dnsName = known ? `${name}-1234567890.elb.amazonaws.com` : unknown;
        const balancer = { outputs: known ? { name, dnsName } : {}, id: known ? name : "" };
        add("aws:lb/loadBalancer:LoadBalancer", `${stack}-front`, { name, __defaults: ["name"] }, undefined, balancer);
        add("aws:route53/record:Record", stack, { aliases: [{ name: dnsName, evaluateTargetHealth: false }] });
        add("aws:cloudwatch/metricAlarm:MetricAlarm", stack, { dimensions: { LoadBalancer: name } });
      });
    expect(compare(make("staging", "1a2b3c4", true), make("prod-eu", "5d6e7f8", false), "prod-eu", [])).toEqual({
      differences: [],
      allowed: [],
    });
  });

  test("differs where a block without properties has another name, and in what one has of a block that is empty in the other", () => {
    const acl = (stack: string, overrideAction: object, tags: object) =>
      graph(stack, (add) =>
        add("aws:wafv2/webAcl:WebAcl", stack, { rules: [{ name: "common", overrideAction }], tags }),
      );
    const [staging, here] = [acl("staging", { count: {} }, { team: "orders" }), acl("prod-au", { none: {} }, {})];
    const path = (tail: string) => `rules[common].overrideAction.${tail}`;
    expect(
      compare(staging, here, "prod-au", []).differences.map(({ path, staging, here }) => [path, staging, here]),
    ).toEqual([
      [path("count"), "{}", undefined],
      ["tags.team", "orders", undefined],
      [path("none"), undefined, "{}"],
    ]);
  });

  test("names the resource and the path inside JSON text where a value differs", () => {
    const make = (stack: string, maxReceiveCount: number) =>
      graph(stack, (add) => add(QUEUE, `${stack}-orders`, { redrivePolicy: JSON.stringify({ maxReceiveCount }) }));
    expect(compare(make("staging", 5), make("prod-eu", 50), "prod-eu", []).differences).toEqual([
      {
        stack: "prod-eu",
        resource: `${QUEUE} {stack}-orders`,
        path: "redrivePolicy.maxReceiveCount",
        staging: 5,
        here: 50,
      },
    ]);
  });

  test("reports what is missing, what is extra and what lost its protection", () => {
    const staging = graph("staging", (add) => {
      add(QUEUE, "staging-orders", {}, undefined, { protect: true });
      add(QUEUE, "staging-dead-letter");
    });
    const production = graph("prod-eu", (add) => {
      add(QUEUE, "prod-eu-orders");
      add(QUEUE, "prod-eu-extra");
    });
    expect(compare(staging, production, "prod-eu", []).differences).toEqual([
      {
        stack: "prod-eu",
        resource: `${QUEUE} {stack}-dead-letter`,
        path: "resource",
        staging: "present",
        here: undefined,
      },
      { stack: "prod-eu", resource: `${QUEUE} {stack}-orders`, path: "option protect", staging: true, here: false },
      { stack: "prod-eu", resource: `${QUEUE} {stack}-extra`, path: "resource", staging: undefined, here: "present" },
    ]);
  });

  test("allows what the contract names, within its rule, and says why", () => {
    const make = (stack: string, visibility: unknown) =>
      graph(stack, (add) => add(QUEUE, `${stack}-orders`, { visibility }));
    const contract = [
      { resource: `${QUEUE} {stack}-orders`, path: "visibility", rule: "size", reason: "sizes may differ" },
    ] as const;
    expect(compare(make("staging", 30), make("prod-eu", 60), "prod-eu", contract)).toMatchObject({
      differences: [],
      allowed: [{ reason: "sizes may differ" }],
    });
    expect(compare(make("staging", 30), make("prod-eu", "long"), "prod-eu", contract).differences).toHaveLength(1);
  });

  /** Whether the contract allows `visibility` to be `there` in staging and `here` in production. */
  const allows = (rule: Rule, there: unknown, here: unknown, more: Partial<Entry> = {}) => {
    const entry = { resource: `${QUEUE} {stack}-orders`, path: "visibility", rule, reason: "reviewed", ...more };
    const make = (stack: string, visibility: unknown) =>
      graph(stack, (add) => add(QUEUE, `${stack}-orders`, visibility === undefined ? {} : { visibility }));
    return compare(make("staging", there), make("prod-eu", here), "prod-eu", [entry]).allowed.length === 1;
  };

  test.each([
    ["free", "long", undefined, true],
    ["stagingOnly", 30, undefined, true],
    ["stagingOnly", 30, 60, false],
    ["size", 30, 60, true],
    ["size", 30, "60", true],
    ["size", "long", 30, false],
  ] as const)("by the rule %s, %j in staging and %j in production: allowed %s", (rule, there, here, expected) => {
    expect(allows(rule, there, here)).toBe(expected);
  });

  test("allows nothing of another resource or path than the contract names", () => {
    expect(allows("free", 30, 60, { resource: `${QUEUE} {stack}-receipts` })).toBe(false);
    expect(allows("free", 30, 60, { path: "delay" })).toBe(false);
  });

  test("names the entries of the contract that no difference uses", () => {
    const [used, unused] = ["visibility", "delay"].map(
      (path): Entry => ({ resource: QUEUE, path, rule: "free", reason: "reviewed" }),
    ) as [Entry, Entry];
    const make = (stack: string, visibility: number) =>
      graph(stack, (add) => add(QUEUE, `${stack}-orders`, { visibility }));
    const { allowed } = compare(make("staging", 30), make("prod-eu", 60), "prod-eu", [used, unused]);
    expect(unusedEntries([used, unused], allowed)).toEqual([unused]);
    expect(titleOf(unused)).toBe(`${QUEUE} delay`);
  });

  test("leaves out a value that is unknown in one stack, and what is inside it, but no other property", () => {
    const make = (stack: string, inputs: Properties) => graph(stack, (add) => add(QUEUE, `${stack}-orders`, inputs));
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const paths = (there: Properties, here: Properties) =>
      compare(make("staging", there), make("prod-eu", here), "prod-eu", []).differences.map(({ path }) => path);
    expect(paths({ tag: unknown }, { tag: { owner: ["a"] } })).toEqual([]);
    expect(paths({ tag: ["a"] }, { tag: unknown })).toEqual([]);
    expect(paths({ tag: unknown, tags: "a", "my.tag": "a" }, { tag: "b", tags: "b", "my.tag": "b" })).toEqual([
      ...["tags", "my.tag"],
    ]);
  });

  test("compares stores by kind, whatever their names and number", () => {
    const staging = graph("staging", (add) => store(add, "staging", "acme", "platform"));
    const production = graph("prod-eu", (add) => {
      store(add, "prod-eu", "tulipan", "platform");
      store(add, "prod-eu", "lindgren", "platform");
    });
    expect(compare(staging, production, "prod-eu", []).differences).toEqual([]);
  });

  test("finds the one store that is not like its kind, and the kind that staging has not", () => {
    const staging = graph("staging", (add) => store(add, "staging", "acme", "platform"));
    const production = graph("prod-eu", (add) => {
      store(add, "prod-eu", "tulipan", "platform");
      store(add, "prod-eu", "lindgren", "platform", { keyAlgorithm: "EC_prime256v1" });
      store(add, "prod-eu", "polder", "own");
    });
    expect(compare(staging, production, "prod-eu", []).differences).toEqual([
      {
        stack: "prod-eu",
        resource: "aws:acm/certificate:Certificate {stack}-store-{store}",
        path: "keyAlgorithm",
        staging: undefined,
        here: "EC_prime256v1",
      },
      {
        stack: "prod-eu",
        resource: "order-queue:infra:Store prod-eu-store-polder",
        path: "kind",
        staging: undefined,
        here: "own",
      },
    ]);
  });

  /** A store with a domain of its own, or as much of one as is there while it is pending. */
  const ownStore = (add: Add, stack: string, name: string, kind: "own" | "pending", more: Properties = {}) => {
    store(add, stack, name, kind, more);
    if (kind === "own") add("aws:lb/listenerRule:ListenerRule", `${stack}-store-${name}`, {}, storeUrn(stack, name));
  };
  const storeUrn = (stack: string, name: string) =>
    `urn:pulumi:${stack}::order-queue::order-queue:infra:Store::${stack}-store-${name}`;

  test("takes a pending store as proved by a pending one, and by one that is served on a domain of its own", () => {
    const production = graph("prod-eu", (add) => ownStore(add, "prod-eu", "polder", "pending"));
    for (const kind of ["own", "pending"] as const) {
      const staging = graph("staging", (add) => ownStore(add, "staging", "tulipan", kind));
      expect(compare(staging, production, "prod-eu", []).differences).toEqual([]);
    }
    const staging = graph("staging", (add) => store(add, "staging", "acme", "platform"));
    expect(compare(staging, production, "prod-eu", []).differences).toMatchObject([{ path: "kind", here: "pending" }]);
  });

  test("does not take a served store on a domain of its own as proved by a pending one", () => {
    const staging = graph("staging", (add) => ownStore(add, "staging", "tulipan", "pending"));
    const production = graph("prod-eu", (add) => ownStore(add, "prod-eu", "polder", "own"));
    expect(compare(staging, production, "prod-eu", []).differences).toMatchObject([{ path: "kind", here: "own" }]);
  });

  test("finds where a pending store is not like what staging has of one on a domain of its own", () => {
    const staging = graph("staging", (add) => ownStore(add, "staging", "tulipan", "own"));
    const production = graph("prod-eu", (add) => {
      ownStore(add, "prod-eu", "polder", "pending", { validationMethod: "EMAIL" });
      add(QUEUE, "prod-eu-store-polder", {}, storeUrn("prod-eu", "polder"));
    });
    expect(compare(staging, production, "prod-eu", []).differences).toMatchObject([
      { path: "validationMethod", staging: "DNS", here: "EMAIL" },
      { resource: `${QUEUE} {stack}-store-{store}`, path: "resource", here: "present" },
    ]);
  });

  const TARGETS = "aws:lb/targetGroup:TargetGroup";
  /** Load balancers with a target group each, and the service that stands in all of them. */
  const balancers = (stack: string, ports: number[], known = true) =>
    graph(stack, (add) => {
      const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
      const attached = ports.map((port, index) => {
        const prefix = index === 0 ? stack : `${stack}-lb${index + 1}`;
        const arn = `arn:aws:elasticloadbalancing:targetgroup/${prefix}-ingest-${index}a2b3c4/abc`;
        const shown = known || index === 0;
        add(TARGETS, `${prefix}-ingest`, { port }, undefined, { outputs: shown ? { arn } : {} });
        return { targetGroupArn: shown ? arn : unknown, containerName: "ingest" };
      });
      add("aws:ecs/service:Service", `${stack}-ingest`, { loadBalancers: attached });
    });

  test.each([
    ["deployed", true],
    ["only planned", false],
  ] as const)("compares every further load balancer with staging's one, when it is %s", (_, known) => {
    const staging = balancers("staging", [8080]);
    expect(compare(staging, balancers("prod-eu", [8080, 8080, 8080], known), "prod-eu", []).differences).toEqual([]);
    expect(compare(staging, balancers("prod-eu", [8080, 80], known), "prod-eu", []).differences).toEqual([
      { stack: "prod-eu", resource: `${TARGETS} {stack}-ingest`, path: "port", staging: 8080, here: 80 },
    ]);
  });

  test("takes a store as proved when one of staging's stores of its kind is the same", () => {
    const both = (stack: string) =>
      graph(stack, (add) => {
        store(add, stack, "acme", "platform");
        store(add, stack, "lindgren", "platform", { keyAlgorithm: "EC_prime256v1" });
      });
    expect(compare(both("staging"), both("prod-eu"), "prod-eu", []).differences).toEqual([]);
  });

  test("names the differences from the store that is most alike, of equal ones the first", () => {
    const staging = graph("staging", (add) => {
      store(add, "staging", "acme", "platform", { keyAlgorithm: "RSA_2048", validationMethod: "EMAIL" });
      store(add, "staging", "lindgren", "platform", { keyAlgorithm: "RSA_3072" });
      store(add, "staging", "polder", "platform", { keyAlgorithm: "RSA_4096" });
    });
    const production = graph("prod-eu", (add) => store(add, "prod-eu", "tulipan", "platform", { keyAlgorithm: "EC" }));
    expect(compare(staging, production, "prod-eu", []).differences).toMatchObject([
      { path: "keyAlgorithm", staging: "RSA_3072", here: "EC" },
    ]);
  });

  test("finds a store on the platform's domain where staging has only stores of other classes", () => {
    const staging = graph("staging", (add) => store(add, "staging", "acme", "own"));
    const production = graph("prod-eu", (add) => store(add, "prod-eu", "tulipan", "platform"));
    const resource = "order-queue:infra:Store prod-eu-store-tulipan";
    expect(compare(staging, production, "prod-eu", [])).toEqual({
      differences: [{ stack: "prod-eu", resource, path: "kind", staging: undefined, here: "platform" }],
      allowed: [],
    });
  });
});

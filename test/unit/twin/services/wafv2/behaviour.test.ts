import { Store } from "../../../../../twin/core/store.ts";
import { View } from "../../../../../twin/core/view.ts";
import { Firewalls } from "../../../../../twin/services/wafv2/behaviour.ts";
import type { Inspected } from "../../../../../twin/services/wafv2/managed-rules.ts";

const balancer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/1";
const acl = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/firewall/1";
const order: Inspected = {
  address: "192.0.2.1",
  method: "POST",
  host: "acme.eu.orderhub.example",
  path: "/orders",
  headers: { "user-agent": "shop/1" },
  bodyBytes: 258_048,
};
let store: Store;
let view: View;
let now: number;

beforeEach(() => {
  store = new Store(":memory:");
  view = new View(store);
  now = Date.parse("2026-07-28T10:00:00Z");
});
afterEach(() => {
  view.close();
  store.close();
});

const named = (name: string, priority: number) => ({ name, priority, visibilityConfig: { metricName: name } });
const rate = (name: string, priority: number, limit: number, by: object, action: object) => ({
  ...named(name, priority),
  action,
  statement: { rateBasedStatement: { limit, evaluationWindowSec: 300, ...by } },
});
const common = (overrideAction: object, ...counted: string[]) => ({
  ...named("common", 3),
  overrideAction,
  statement: {
    managedRuleGroupStatement: {
      name: "AWSManagedRulesCommonRuleSet",
      ruleActionOverrides: counted.map((name) => ({ name, actionToUse: { count: {} } })),
    },
  },
});
const blocks = { block: { customResponse: { responseCode: 429 } } };

/** A firewall with those rules in front of the load balancer. */
function firewall(...rules: object[]): Firewalls {
  const put = (type: string, id: string, outputs: object) =>
    store.put({ type, id, region: "eu-west-1", inputs: {}, outputs: { arn: id, ...outputs } });
  put("aws:wafv2/webAcl:WebAcl", acl, { rules });
  put("aws:wafv2/webAclAssociation:WebAclAssociation", "1", { resourceArn: balancer, webAclArn: acl });
  return new Firewalls(view, () => now);
}

const judge = (firewalls: Firewalls, more: Partial<Inspected> = {}) => firewalls.judge(balancer, { ...order, ...more });

test("a load balancer without a web ACL is not inspected", () => {
  expect(judge(new Firewalls(view))).toBeUndefined();
});

test("a client above its limit is blocked until its window has passed; another client is not", () => {
  const firewalls = firewall(rate("address-rate", 0, 2, { aggregateKeyType: "IP" }, blocks));
  expect([judge(firewalls), judge(firewalls), judge(firewalls)]).toEqual([{}, {}, { blocked: 429 }]);
  expect(judge(firewalls, { address: "192.0.2.2" })).toEqual({});
  now += 310_000;
  expect(judge(firewalls)).toEqual({});
  expect(firewalls.counts.get(acl)).toEqual({
    blocked: new Map([
      ["address-rate", 1],
      ["ALL", 1],
    ]),
    counted: new Map(),
  });
});

test("a host above its limit is blocked for every client, in capitals too", () => {
  const customKeys = [{ header: { name: "host" } }];
  const firewalls = firewall(rate("host-rate", 1, 1, { aggregateKeyType: "CUSTOM_KEYS", customKeys }, blocks));
  expect(judge(firewalls)).toEqual({});
  expect(judge(firewalls, { address: "192.0.2.2", host: "ACME.eu.orderhub.example" })).toEqual({ blocked: 429 });
  expect(judge(firewalls, { host: "tulipan.eu.orderhub.example" })).toEqual({});
});

test("a rule that counts lets requests through, and is counted", () => {
  const firewalls = firewall(rate("address-rate", 0, 1, { aggregateKeyType: "IP" }, { count: {} }));
  expect([judge(firewalls), judge(firewalls)]).toEqual([{}, {}]);
  expect(firewalls.counts.get(acl)?.counted.get("ALL")).toBe(1);
});

test("AWS's core rules block an order over 8 KB, unless that rule is overridden, or the whole group counts", () => {
  expect(judge(firewall(common({ none: {} })))).toEqual({ blocked: 403 });
  expect(judge(firewall(common({ none: {} }, "SizeRestrictions_BODY")))).toEqual({});
  expect(judge(firewall(common({ none: {} }, "SizeRestrictions_BODY")), { path: "/../../etc/passwd" })).toEqual({
    blocked: 403,
  });
  expect(judge(firewall(common({ count: {} })))).toEqual({});
});

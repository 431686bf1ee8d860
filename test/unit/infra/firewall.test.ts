import { inputsOf, type Registered } from "./mocks.ts";
import { region } from "./test-region.ts";

const acl = (resources: Registered[]) => inputsOf(resources, "aws:wafv2/webAcl:WebAcl", "prod-au-firewall");
const rulesOf = (resources: Registered[]) =>
  acl(resources).rules.map(({ name, action, overrideAction }: Registered["inputs"]) => [
    name,
    action ?? overrideAction,
  ]);

it("the firewall limits clients and hosts and has AWS's rules, none of which blocks an order of 252 KiB", async () => {
  const resources = await region({ loadBalancers: 2 });
  const { defaultAction, rules, scope } = acl(resources);
  expect([defaultAction, scope]).toEqual([{ allow: {} }, "REGIONAL"]);
  const [address, host, badInputs, common] = rules.map(({ statement }: Registered["inputs"]) => statement);
  expect(address.rateBasedStatement).toEqual({ limit: 60_000, aggregateKeyType: "IP", evaluationWindowSec: 300 });
  expect(host.rateBasedStatement).toEqual({
    ...{ limit: 300_000, aggregateKeyType: "CUSTOM_KEYS", evaluationWindowSec: 300 },
    customKeys: [{ header: { name: "host", textTransformations: [{ priority: 0, type: "LOWERCASE" }] } }],
  });
  expect(badInputs.managedRuleGroupStatement).toEqual({
    name: "AWSManagedRulesKnownBadInputsRuleSet",
    vendorName: "AWS",
  });
  expect(common.managedRuleGroupStatement).toEqual({
    ...{ name: "AWSManagedRulesCommonRuleSet", vendorName: "AWS" },
    ruleActionOverrides: [
      { name: "SizeRestrictions_BODY", actionToUse: { count: {} } },
      { name: "NoUserAgent_HEADER", actionToUse: { count: {} } },
    ],
  });
  const associations = resources.filter(({ type }) => type === "aws:wafv2/webAclAssociation:WebAclAssociation");
  expect(associations.map(({ name, inputs }) => [name, inputs.resourceArn])).toEqual([
    ["prod-au", "arn:LoadBalancer/prod-au-front"],
    ["prod-au-lb2", "arn:LoadBalancer/prod-au-lb2-front"],
  ]);
});

it("the firewall counts alone, or blocks: a rate with 429, the rest with AWS's own action", async () => {
  const limits = { addressLimit: 60_000, hostLimit: 300_000 };
  const blocked = { block: { customResponse: { responseCode: 429 } } };
  expect(rulesOf(await region({ firewall: { mode: "block", ...limits } }))).toEqual([
    ["address-rate", blocked],
    ["host-rate", blocked],
    ["known-bad-inputs", { none: {} }],
    ["common", { none: {} }],
  ]);
  const counted = rulesOf(await region({ firewall: { mode: "count", ...limits } }));
  expect(counted.map(([, action]: unknown[]) => action)).toEqual(new Array(4).fill({ count: {} }));
});

import {
  firewallCountsWhatItMatches,
  firewallIsWatched,
  ordersPassFirewall,
} from "../../../../policy/order-queue/firewall.ts";
import { cases, resource, stackCases } from "../cases.ts";

const rate = (aggregateKeyType: string) => ({ statement: { rateBasedStatement: { aggregateKeyType } } });
const group = (name: string, ...counted: string[]) => ({
  statement: {
    managedRuleGroupStatement: {
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
});
const badInputs = group("AWSManagedRulesKnownBadInputsRuleSet");
const common = group("AWSManagedRulesCommonRuleSet", "SizeRestrictions_BODY", "NoUserAgent_HEADER");
const acl = (...rules: object[]) =>
  resource("aws:wafv2/webAcl:WebAcl", "firewall", { defaultAction: { allow: {} }, rules });

cases(ordersPassFirewall, {
  "fails if its default is to block": [
    resource("aws:wafv2/webAcl:WebAcl", "firewall", {
      defaultAction: { block: {} },
      rules: [rate("IP"), rate("CUSTOM_KEYS"), badInputs, common],
    }),
    ["its default action blocks every request; expected allow"],
  ],
  "fails if a rate or a group is missing": [
    acl(rate("IP"), common),
    ["it has no rate rule by host", "it lacks the managed rule group AWSManagedRulesKnownBadInputsRuleSet"],
  ],
  "fails if a rule of AWS's blocks orders over 8 KB": [
    acl(rate("IP"), rate("CUSTOM_KEYS"), badInputs, group("AWSManagedRulesCommonRuleSet", "NoUserAgent_HEADER")),
    ["SizeRestrictions_BODY blocks orders; override its action with count"],
  ],
  "passes if orders pass": [acl(rate("IP"), rate("CUSTOM_KEYS"), badInputs, common), []],
});

const region = resource("order-queue:infra:Region", "staging", { region: "eu-west-1" });
const firewall = resource("aws:wafv2/webAcl:WebAcl", "firewall", { visibilityConfig: { metricName: "firewall" } });
const alarm = (Region: string) =>
  resource("aws:cloudwatch/metricAlarm:MetricAlarm", "blocks", {
    metricName: "BlockedRequests",
    dimensions: { Region, Rule: "ALL", WebACL: "firewall" },
  });

stackCases(firewallIsWatched, {
  "fails if the alarm is on a metric of another region": [
    [region, firewall, alarm("us-east-1")],
    ["firewall: no alarm watches BlockedRequests of eu-west-1, ALL, firewall. Fix: add one"],
  ],
  "passes if an alarm watches all of its rules": [[region, firewall, alarm("eu-west-1")], []],
});

const visible = (metricName: string, more: object = {}) => ({
  visibilityConfig: { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName, ...more },
});
const byHost = (more: object = {}) => ({
  rateBasedStatement: {
    ...{ limit: 300, evaluationWindowSec: 300, aggregateKeyType: "CUSTOM_KEYS" },
    customKeys: [{ header: { name: "host", textTransformations: [{ priority: 0, type: "LOWERCASE" }] } }],
    ...more,
  },
});
const hostRate = { name: "host", priority: 0, action: { count: {} }, statement: byHost(), ...visible("host") };
const counting = (...rules: object[]) =>
  resource("aws:wafv2/webAcl:WebAcl", "firewall", { rules, ...visible("firewall") });

cases(firewallCountsWhatItMatches, {
  "fails if two rules share what names them": [
    counting(hostRate, hostRate),
    ["two rules have one name", "two rules have one priority", "two rules have one metricName"],
  ],
  "fails if requests are kept and not counted": [
    counting({ ...hostRate, ...visible("host", { cloudwatchMetricsEnabled: false, sampledRequestsEnabled: true }) }),
    [
      "host: set cloudwatchMetricsEnabled: true",
      "host: samples show customers' data; set sampledRequestsEnabled: false",
    ],
  ],
  "fails if a rate has no action, another window, no room or no key": [
    counting({
      ...{ ...hostRate, action: undefined },
      statement: byHost({ evaluationWindowSec: 600, limit: 10, customKeys: [] }),
    }),
    [
      "host: set action",
      "host: its limit is of 5 minutes; set evaluationWindowSec: 300",
      "host: a limit of 10 blocks orders; expected 100 or more",
      "host: counts by nothing; expected the header host, in lower case",
    ],
  ],
  "fails if a group overrides a rule twice, and has no action": [
    counting({ name: "common", priority: 1, ...group("AWSManagedRulesCommonRuleSet", "a", "a"), ...visible("common") }),
    ["common: set overrideAction", "common: overrides one rule twice"],
  ],
  "passes if each counts": [counting(hostRate), []],
});

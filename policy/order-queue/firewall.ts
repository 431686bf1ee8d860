/** What the firewall must not block; and a notification is sent of what it blocks. */
import { resourceRule, stackRule } from "../rule.ts";

/** Rules of AWS's core rule set that an order may match: its body may have 252 KiB, its store may send no User-Agent. */
const orderMatches = ["SizeRestrictions_BODY", "NoUserAgent_HEADER"];

export const ordersPassFirewall = resourceRule({
  name: "orders-pass-firewall",
  description: "A web ACL has rate rules and AWS's managed rules, and none of them blocks an order for its size.",
  on: "aws:wafv2/webAcl:WebAcl",
  check: ({ rules = [], defaultAction }, report) => {
    if (!defaultAction?.allow) report("its default action blocks every request; expected allow");
    const keys = rules.flatMap(({ statement }) => statement?.rateBasedStatement?.aggregateKeyType ?? []);
    for (const key of ["IP", "CUSTOM_KEYS"])
      if (!keys.includes(key)) report(`it has no rate rule by ${key === "IP" ? "client address" : "host"}`);
    const groups = rules.flatMap(({ statement }) => statement?.managedRuleGroupStatement ?? []);
    for (const name of ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"])
      if (!groups.some((group) => group.name === name)) report(`it lacks the managed rule group ${name}`);
    const common = groups.find(({ name }) => name === "AWSManagedRulesCommonRuleSet");
    const counted = (common?.ruleActionOverrides ?? []).flatMap(({ name, actionToUse }) =>
      actionToUse?.count ? [name] : [],
    );
    for (const name of orderMatches)
      if (common && !counted.includes(name)) report(`${name} blocks orders; override its action with count`);
  },
});

export const firewallIsWatched = stackRule({
  name: "alarm-watches-each-firewall",
  description: "An alarm watches what each web ACL blocks, by all of its rules, in the stack's region.",
  on: "aws:wafv2/webAcl:WebAcl",
  check: ({ props: { visibilityConfig } }, report, stack) => {
    const [region] = stack.all("order-queue:infra:Region").map(({ props }) => props.region);
    const wanted = { Region: region, Rule: "ALL", WebACL: visibilityConfig?.metricName };
    const isWatched = stack
      .all("aws:cloudwatch/metricAlarm:MetricAlarm")
      .filter(({ props: { metricName } }) => metricName === "BlockedRequests")
      .some(({ props: { dimensions = {} } }) =>
        Object.entries(wanted).every(([name, value]) => dimensions[name] === value),
      );
    if (!isWatched) report(`no alarm watches BlockedRequests of ${Object.values(wanted).join(", ")}. Fix: add one`);
  },
});

export const firewallCountsWhatItMatches = resourceRule({
  name: "firewall-counts-what-it-matches",
  description:
    "Each rule of a web ACL has its own name, place, action and metric, keeps no request, and counts by address or by host.",
  on: "aws:wafv2/webAcl:WebAcl",
  check: ({ rules = [], visibilityConfig }, report) => {
    for (const [what, values] of [
      ["name", rules.map(({ name }) => name)],
      ["priority", rules.map(({ priority }) => priority)],
      ["metricName", rules.map((rule) => rule.visibilityConfig?.metricName)],
    ] as const)
      if (new Set<unknown>(values).size < values.length) report(`two rules have one ${what}`);
    for (const { cloudwatchMetricsEnabled, sampledRequestsEnabled, metricName } of [
      ...rules.flatMap((rule) => rule.visibilityConfig ?? []),
      ...(visibilityConfig ? [visibilityConfig] : []),
    ]) {
      if (!cloudwatchMetricsEnabled) report(`${metricName}: set cloudwatchMetricsEnabled: true`);
      if (sampledRequestsEnabled)
        report(`${metricName}: samples show customers' data; set sampledRequestsEnabled: false`);
    }
    for (const { name, action, overrideAction, statement } of rules) {
      const { rateBasedStatement: rate, managedRuleGroupStatement: group } = statement ?? {};
      if (!(rate ? action : overrideAction)) report(`${name}: set ${rate ? "action" : "overrideAction"}`);
      const overridden = (group?.ruleActionOverrides ?? []).map((one) => one.name);
      if (new Set(overridden).size < overridden.length) report(`${name}: overrides one rule twice`);
      if (!rate) continue;
      if (rate.evaluationWindowSec !== 300) report(`${name}: its limit is of 5 minutes; set evaluationWindowSec: 300`);
      if (rate.limit < 100) report(`${name}: a limit of ${rate.limit} blocks orders; expected 100 or more`);
      const keys = (rate.customKeys ?? []).map(
        ({ header }) => `${header?.name} ${header?.textTransformations?.map(({ type }) => type)}`,
      );
      if (rate.aggregateKeyType === "CUSTOM_KEYS" && keys.join() !== "host LOWERCASE")
        report(`${name}: counts by ${keys.join() || "nothing"}; expected the header host, in lower case`);
    }
  },
});

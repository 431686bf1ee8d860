/**
 * What AWS has no more of, by default. Sources: ELB user guide, "Quotas for your ALBs"; ACM user guide, "Quotas"; ECS
 * developer guide, "Service quotas". Where the settings say more stores on a load balancer, AWS has raised its
 * certificates and rules for the account.
 */
import { resourceRule, stackRule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";
import { intersects } from "../stack.ts";

const certificates = 25;
const rules = 100;
const names = 10;
const targetGroups = 5;
const conditionValues = 5;
/** Beside the stores' own: the replacement of one certificate, the platform's rule. */
const spare = 1;

/** The quota that holds for the account. */
function raised(byDefault: number, stack: Stack): number {
  const stores = stack.all("order-queue:infra:Region").map(({ props }) => props.storesPerLoadBalancer ?? 0);
  return Math.max(byDefault, ...stores.map((count) => count + spare));
}

type Balancer = StackResource<"aws:lb/loadBalancer:LoadBalancer">;

function listenersOf(balancer: Balancer, stack: Stack) {
  return stack
    .all("aws:lb/listener:Listener")
    .filter((listener) =>
      intersects(listener.refersTo("loadBalancerArn", "aws:lb/loadBalancer:LoadBalancer"), [balancer]),
    );
}

export const certificatesFitLoadBalancer = stackRule({
  name: "quota-certificates-of-load-balancer",
  description:
    "A load balancer holds 25 certificates beside the default ones of its listeners, or as many as the account's quota was raised to.",
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: (balancer, report, stack) => {
    const listeners = listenersOf(balancer, stack);
    const held = stack
      .all("aws:lb/listenerCertificate:ListenerCertificate")
      .filter((attachment) =>
        intersects(attachment.refersTo("listenerArn", "aws:lb/listener:Listener"), listeners),
      ).length;
    const quota = raised(certificates, stack);
    if (held > quota) report(`${held} certificates are attached; expected ${quota} at the most`);
  },
});

export const rulesFitLoadBalancer = stackRule({
  name: "quota-rules-of-load-balancer",
  description:
    "A load balancer has 100 rules beside the default ones of its listeners, or as many as the account's quota was raised to.",
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: (balancer, report, stack) => {
    const listeners = listenersOf(balancer, stack);
    const held = stack
      .all("aws:lb/listenerRule:ListenerRule")
      .filter((rule) => intersects(rule.refersTo("listenerArn", "aws:lb/listener:Listener"), listeners)).length;
    const quota = raised(rules, stack);
    if (held > quota) report(`${held} rules are set; expected ${quota} at the most`);
  },
});

export const namesFitCertificate = resourceRule({
  name: "quota-names-of-certificate",
  description: "A certificate has 10 names.",
  on: "aws:acm/certificate:Certificate",
  check: ({ domainName = "", subjectAlternativeNames = [] }, report) => {
    const held = new Set([domainName, ...subjectAlternativeNames]).size;
    if (held > names) report(`${held} names are on it; expected ${names} at the most`);
  },
});

export const targetGroupsFitService = resourceRule({
  name: "quota-target-groups-of-service",
  description: "A service of ECS has 5 target groups.",
  on: "aws:ecs/service:Service",
  check: ({ loadBalancers = [] }, report) => {
    const held = loadBalancers.length;
    if (held > targetGroups) report(`${held} target groups are named; expected ${targetGroups} at the most`);
  },
});

export const valuesFitRule = resourceRule({
  name: "quota-values-of-rule",
  description: "The conditions of a rule have 5 values.",
  on: "aws:lb/listenerRule:ListenerRule",
  check: ({ conditions = [] }, report) => {
    const values = conditions.flatMap(({ hostHeader, pathPattern }) => [
      ...(hostHeader?.values ?? []),
      ...(pathPattern?.values ?? []),
    ]);
    if (values.length > conditionValues) {
      report(`${values.length} values are compared with; expected ${conditionValues} at the most`);
    }
  },
});

/** What AWS has no more of, by default. Sources: ELB user guide, "Quotas for your ALBs"; ACM user guide, "Quotas". */
import { resourceRule, stackRule } from "./rule.ts";
import type { Stack, StackResource } from "./stack.ts";
import { share } from "./stack.ts";

const certificates = 25;
const rules = 100;
const names = 10;

type Balancer = StackResource<"aws:lb/loadBalancer:LoadBalancer">;

function listenersOf(balancer: Balancer, stack: Stack) {
  return stack
    .all("aws:lb/listener:Listener")
    .filter((listener) => share(listener.refersTo("loadBalancerArn", "aws:lb/loadBalancer:LoadBalancer"), [balancer]));
}

export const certificatesFitLoadBalancer = stackRule({
  name: "quota-certificates-of-load-balancer",
  description: "A load balancer holds 25 certificates beside the default ones of its listeners.",
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: (balancer, report, stack) => {
    const listeners = listenersOf(balancer, stack);
    const held = stack
      .all("aws:lb/listenerCertificate:ListenerCertificate")
      .filter((attachment) => share(attachment.refersTo("listenerArn", "aws:lb/listener:Listener"), listeners)).length;
    if (held > certificates) report(`${held} certificates are attached; expected ${certificates} at the most`);
  },
});

export const rulesFitLoadBalancer = stackRule({
  name: "quota-rules-of-load-balancer",
  description: "A load balancer has 100 rules beside the default ones of its listeners.",
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: (balancer, report, stack) => {
    const listeners = listenersOf(balancer, stack);
    const held = stack
      .all("aws:lb/listenerRule:ListenerRule")
      .filter((rule) => share(rule.refersTo("listenerArn", "aws:lb/listener:Listener"), listeners)).length;
    if (held > rules) report(`${held} rules are set; expected ${rules} at the most`);
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

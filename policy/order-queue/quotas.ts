/**
 * What a load balancer has no more of. Source: ELB user guide, "Quotas for your ALBs". Where the settings say more stores
 * on a load balancer, AWS has raised its certificates and rules for the account.
 */
import { stackRule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";
import { intersects } from "../stack.ts";

const certificates = 25;
const rules = 100;
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

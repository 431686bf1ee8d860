import type { PolicyResource } from "@pulumi/policy";
import { certificatesFitLoadBalancer, rulesFitLoadBalancer } from "../../../../policy/order-queue/quotas.ts";
import { resource, stackCases } from "../cases.ts";

/** A load balancer whose listener has so many of a thing. */
function holding(type: "certificates" | "rules", count: number): PolicyResource[] {
  const front = resource("aws:lb/loadBalancer:LoadBalancer", "front");
  const https = resource("aws:lb/listener:Listener", "https", {}, { refers: { loadBalancerArn: [front] } });
  const token =
    type === "rules" ? "aws:lb/listenerRule:ListenerRule" : "aws:lb/listenerCertificate:ListenerCertificate";
  const held = Array.from({ length: count }, (_, index) =>
    resource(token, `store-${index}`, {}, { refers: { listenerArn: [https] } }),
  );
  return [front, https, ...held];
}

/** What a region says of quotas that AWS has raised. */
const raised = resource("order-queue:infra:Region", "staging", { storesPerLoadBalancer: 200 });
const usual = resource("order-queue:infra:Region", "staging", { storesPerLoadBalancer: 24 });

stackCases(certificatesFitLoadBalancer, {
  "fails if one certificate is too many": [
    holding("certificates", 26),
    ["front: 26 certificates are attached; expected 25 at the most"],
  ],
  "fails if one is too many of a raised quota": [
    [raised, ...holding("certificates", 202)],
    ["front: 202 certificates are attached; expected 201 at the most"],
  ],
  "passes if 25 are attached": [[usual, ...holding("certificates", 25)], []],
  "passes if there are as many as the quota was raised to": [[raised, ...holding("certificates", 201)], []],
});

stackCases(rulesFitLoadBalancer, {
  "fails if one rule is too many": [holding("rules", 101), ["front: 101 rules are set; expected 100 at the most"]],
  "passes if there are 100": [[usual, ...holding("rules", 100)], []],
  "passes if there are as many as the quota was raised to": [[raised, ...holding("rules", 201)], []],
});

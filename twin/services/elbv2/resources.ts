/**
 * Elastic Load Balancing v2: application load balancers, target groups, listeners, rules, listener certificates.
 * The TLS front that serves them is behaviour.ts.
 * Not modelled: network and gateway load balancers, authentication actions, weighted forwards, connection logs.
 * Sources: terraform-provider-aws internal/service/elbv2; ELB quotas; ELBv2 API reference (error texts).
 */
import type { ResourceType } from "../../pulumi/define.ts";
import { listener } from "./listener.ts";
import { listenerCertificate } from "./listener-certificate.ts";
import { listenerRule } from "./listener-rule.ts";
import { loadBalancer } from "./load-balancer.ts";
import type { ElbCall } from "./shared.ts";
import { targetGroup } from "./target-group.ts";

export const elb: readonly ResourceType<ElbCall>[] = [
  loadBalancer,
  targetGroup,
  listener,
  listenerRule,
  listenerCertificate,
];

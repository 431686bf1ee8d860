/**
 * AWS WAF in front of every load balancer: requests that it blocks reach no container. One web ACL a region, so that a
 * client is counted once, whichever load balancer it asks.
 * Sources: AWS WAF developer guide, "AWS Managed Rules rule groups list", "Rate-based rule statement", "Managing body
 * inspection size limits".
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "./load-balancer.ts";

export interface FirewallSettings {
  /** `count` lets through what its rules match, and counts it; `block` refuses it. */
  readonly mode: "count" | "block";
  /** Requests of one client address in 5 minutes. */
  readonly addressLimit: number;
  /** Requests for one host name in 5 minutes. */
  readonly hostLimit: number;
}

export interface FirewallArgs extends FirewallSettings {
  readonly loadBalancers: readonly LoadBalancer[];
}

/**
 * Rules of the core rule set that count alone. The first blocks bodies over 8 KB, and an order may have 252 KiB. The second
 * blocks requests without a User-Agent: stores' programs, verification and the canary send none.
 */
const notBlocking = ["SizeRestrictions_BODY", "NoUserAgent_HEADER"];
const windowSeconds = 300;

type Rule = aws.types.input.wafv2.WebAclRule;

/** The web ACL and its associations. */
export class Firewall extends pulumi.ComponentResource {
  /** As CloudWatch names it, among the dimensions of its metrics. */
  readonly metricName: string;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Firewall", name, {}, opts);
    this.metricName = `${name}-firewall`;

    const acl = new aws.wafv2.WebAcl(
      this.metricName,
      {
        scope: "REGIONAL",
        description: "In front of the load balancers: rates by address and host, managed rules of AWS",
        defaultAction: { allow: {} },
        rules: rulesOf(args),
        visibilityConfig: visible(this.metricName),
      },
      { parent: this },
    );
    // The delete of a replaced one would end its successor's, since AWS names it by the load balancer (pulumi/pulumi-aws#4782).
    for (const { name: balancer, arn } of args.loadBalancers)
      new aws.wafv2.WebAclAssociation(
        balancer,
        { resourceArn: arn, webAclArn: acl.arn },
        { parent: this, deleteBeforeReplace: true },
      );
    this.registerOutputs();
  }
}

/** In the order in which they are evaluated; the first that blocks ends it. */
function rulesOf({ mode, addressLimit, hostLimit }: FirewallSettings): Rule[] {
  const host = { header: { name: "host", textTransformations: [{ priority: 0, type: "LOWERCASE" }] } };
  return [
    rate("address-rate", 0, mode, { limit: addressLimit, aggregateKeyType: "IP" }),
    rate("host-rate", 1, mode, { limit: hostLimit, aggregateKeyType: "CUSTOM_KEYS", customKeys: [host] }),
    managed("known-bad-inputs", 2, mode, { name: "AWSManagedRulesKnownBadInputsRuleSet" }),
    managed("common", 3, mode, {
      name: "AWSManagedRulesCommonRuleSet",
      ruleActionOverrides: notBlocking.map((name) => ({ name, actionToUse: { count: {} } })),
    }),
  ];
}

/** 429, as ingest answers a store that sends too much: it tries again. */
function rate(
  name: string,
  priority: number,
  mode: FirewallSettings["mode"],
  statement: Omit<aws.types.input.wafv2.WebAclRuleStatementRateBasedStatement, "evaluationWindowSec">,
): Rule {
  return {
    ...{ name, priority },
    action: mode === "count" ? { count: {} } : { block: { customResponse: { responseCode: 429 } } },
    statement: { rateBasedStatement: { ...statement, evaluationWindowSec: windowSeconds } },
    visibilityConfig: visible(name),
  };
}

function managed(
  name: string,
  priority: number,
  mode: FirewallSettings["mode"],
  statement: Omit<aws.types.input.wafv2.WebAclRuleStatementManagedRuleGroupStatement, "vendorName">,
): Rule {
  return {
    ...{ name, priority },
    overrideAction: mode === "count" ? { count: {} } : { none: {} },
    statement: { managedRuleGroupStatement: { ...statement, vendorName: "AWS" } },
    visibilityConfig: visible(name),
  };
}

/** No samples of requests: they would show customers' data to all who may read the web ACL. */
function visible(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}

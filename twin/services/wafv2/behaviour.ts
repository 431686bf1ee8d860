import type { Properties, Resource } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import { type Inspected, managedRules } from "./managed-rules.ts";

/**
 * AWS WAF: what the web ACL of a load balancer makes of a request. Rate rules count at once, in steps of 10 s; AWS takes
 * some seconds longer. Not modelled: statements but for rates and managed groups, labels, CAPTCHA, forwarded addresses.
 * Sources: AWS WAF developer guide, "Using rate-based rule statements", "Setting rule action precedence in a web ACL".
 */

/** What a web ACL did since the twin's start, by rule (`ALL` for all): the metrics are taken from it. */
export interface Counts {
  blocked: Map<string, number>;
  counted: Map<string, number>;
}

const stepMs = 10_000;

/** The web ACLs' data plane. */
export class Firewalls {
  /** By the ARN of a web ACL. */
  readonly counts = new Map<string, Counts>();
  readonly #view: View;
  readonly #now: () => number;
  /** Requests by rule and aggregation key, then by step. */
  readonly #seen = new Map<string, Map<number, number>>();

  constructor(view: View, now: () => number = Date.now) {
    this.#view = view;
    this.#now = now;
  }

  /** Undefined where no web ACL is associated. `blocked` is the status with which a request is answered. */
  judge(balancerArn: string, request: Inspected): { blocked?: number } | undefined {
    const acl = this.#aclOf(balancerArn);
    if (!acl) return undefined;
    const rules: Properties[] = acl.outputs.rules ?? [];
    for (const rule of rules.toSorted((a, b) => a.priority - b.priority)) {
      const outcome = rule.statement.rateBasedStatement ? this.#rate(acl, rule, request) : managed(rule, request);
      if (outcome === undefined) continue;
      this.#note(acl, rule, outcome === "count" ? "counted" : "blocked");
      if (outcome !== "count") return { blocked: outcome };
    }
    return {};
  }

  #aclOf(balancerArn: string): Resource | undefined {
    const found = this.#view
      .list("aws:wafv2/webAclAssociation:WebAclAssociation")
      .find(({ outputs }) => outputs.resourceArn === balancerArn);
    return found && this.#view.byArn("aws:wafv2/webAcl:WebAcl", found.outputs.webAclArn);
  }

  #rate(acl: Resource, rule: Properties, { address, headers, host }: Inspected): Outcome {
    const { limit, evaluationWindowSec, aggregateKeyType, customKeys = [] } = rule.statement.rateBasedStatement;
    const values = customKeys.map(({ header }: Properties) =>
      String((header.name === "host" ? host : headers[header.name]) ?? "").toLowerCase(),
    );
    const key = [acl.id, rule.name, aggregateKeyType === "IP" ? address : values.join(" ")].join("\n");
    if (this.#count(key, evaluationWindowSec * 1000) <= limit) return undefined;
    return rule.action?.block ? (rule.action.block.customResponse?.responseCode ?? 403) : "count";
  }

  /** Requests of the window, this one included. */
  #count(key: string, windowMs: number): number {
    const now = this.#now();
    const steps = this.#seen.get(key) ?? new Map<number, number>();
    this.#seen.set(key, steps);
    const step = Math.floor(now / stepMs);
    steps.set(step, (steps.get(step) ?? 0) + 1);
    for (const old of steps.keys()) if ((old + 1) * stepMs <= now - windowMs) steps.delete(old);
    return [...steps.values()].reduce((sum, count) => sum + count, 0);
  }

  #note(acl: Resource, rule: Properties, what: keyof Counts): void {
    const counts = this.counts.get(acl.outputs.arn) ?? { blocked: new Map(), counted: new Map() };
    this.counts.set(acl.outputs.arn, counts);
    for (const name of [rule.visibilityConfig.metricName, "ALL"])
      counts[what].set(name, (counts[what].get(name) ?? 0) + 1);
  }
}

/** A status that blocks, or that it is counted alone; undefined where a rule does not match. */
type Outcome = number | "count" | undefined;

/** The first rule of a group that blocks counts; one that is overridden with count lets the others look. */
function managed({ statement, overrideAction }: Properties, request: Inspected): Outcome {
  const { name, ruleActionOverrides = [] } = statement.managedRuleGroupStatement;
  const matched = Object.entries(managedRules[name] ?? {}).flatMap(([rule, matches]) =>
    matches(request) ? [rule] : [],
  );
  const counting = (rule: string) =>
    ruleActionOverrides.some((one: Properties) => one.name === rule && one.actionToUse.count !== undefined);
  if (matched.every(counting)) return undefined;
  return overrideAction?.count ? "count" : 403;
}

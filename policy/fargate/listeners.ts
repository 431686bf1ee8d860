/** The public door. */
import { resourceRule } from "../rule.ts";

/**
 * Policies that speak TLS 1.2 and nothing older. Those that speak 1.3 alone are left out: older tills and shop systems
 * would fail without a metric that shows it. Source: ELB user guide, "Security policies for your ALB".
 */
const tlsPolicy = /^ELBSecurityPolicy-(TLS13-1-2|TLS-1-2|FS-1-2)(-[A-Za-z0-9]+)*-\d{4}-\d{2}$/;

export const tlsIsModern = resourceRule({
  name: "listener-speaks-tls-1-2",
  description: "A listener speaks TLS 1.2 and nothing older, and does not insist on 1.3.",
  on: "aws:lb/listener:Listener",
  check: ({ protocol, sslPolicy }, report) => {
    if (protocol === "HTTPS" && !tlsPolicy.test(sslPolicy ?? "")) {
      report(
        `sslPolicy is ${sslPolicy ?? "not set"}; expected one of TLS 1.2, e.g. ELBSecurityPolicy-TLS13-1-2-2021-06`,
      );
    }
  },
});

export const httpRedirects = resourceRule({
  name: "listener-http-redirects",
  description: "Plain HTTP is answered with a redirect to HTTPS, and with nothing else.",
  on: "aws:lb/listener:Listener",
  check: ({ protocol, defaultActions = [] }, report) => {
    if (protocol !== "HTTP") return;
    const redirects = defaultActions.every(
      ({ type, redirect }) => type === "redirect" && redirect?.protocol === "HTTPS",
    );
    if (!redirects || defaultActions.length === 0) report("set its default action to a redirect to HTTPS");
  },
});

export const targetsSpeakTls = resourceRule({
  name: "target-group-speaks-tls",
  description: "The load balancer speaks TLS to the containers too, for requests and for health checks.",
  on: "aws:lb/targetGroup:TargetGroup",
  check: ({ protocol, healthCheck }, report) => {
    if (protocol !== "HTTPS") report(`protocol is ${protocol ?? "not set"}; expected HTTPS`);
    // The provider's default is HTTP, whatever the group speaks.
    const check = healthCheck?.protocol ?? "HTTP";
    if (check !== "HTTPS") report(`healthCheck.protocol is ${check}; expected HTTPS`);
  },
});

/** What Pulumi adds to a logical name (pulumi-aws provider/autonaming.go). */
const autoName = /-[0-9a-f]{7}$/;

export const targetGroupIsAutoNamed = resourceRule({
  name: "target-group-is-auto-named",
  description:
    "A target group is named by Pulumi: a fixed name is deleted before its replacement, while listeners still use it.",
  on: "aws:lb/targetGroup:TargetGroup",
  check: ({ name }, report) => {
    if (name !== undefined && !autoName.test(name)) report(`its name is fixed to ${name}; remove it`);
  },
});

export const recordTakesNothingOver = resourceRule({
  name: "record-takes-nothing-over",
  description:
    "A DNS record never overwrites one that is there: renamed, it would write itself and then delete itself.",
  on: "aws:route53/record:Record",
  check: ({ allowOverwrite }, report) => {
    if (allowOverwrite) report("remove allowOverwrite");
  },
});

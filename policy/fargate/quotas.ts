/**
 * What AWS has no more of, by default. Sources: ACM user guide, "Quotas"; ECS developer guide, "Service quotas"; ELB user
 * guide, "Quotas for your ALBs".
 */
import { resourceRule } from "../rule.ts";

const names = 10;
const targetGroups = 5;
const conditionValues = 5;

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

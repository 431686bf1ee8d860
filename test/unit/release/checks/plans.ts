/** Plans of stacks, as checks judge them. */
import type { Plans } from "../../../../release/checks/finding.ts";
import type { Plan, Properties, Resource } from "../../../../release/plan/graph.ts";
import type { Planned } from "../../../../release/plan/plan.ts";

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const resource = (type: string, name: string, inputs: Properties = {}, outputs: Properties = {}): Resource => ({
  ...{ urn: `urn:pulumi:prod-au::order-queue::${type}::${name}`, type, name, parent: "", inputs, outputs },
  ...{ id: "", protect: false },
});

export const record = (name: string, host: string, more: Properties = {}) =>
  resource("aws:route53/record:Record", name, { zoneId: "Z1", name: host, type: "A", ...more });

export const certificate = (name: string, domainName: string, ...subjectAlternativeNames: string[]) =>
  resource("aws:acm/certificate:Certificate", name, { domainName, subjectAlternativeNames });

export const plan = (resources: Resource[], more: Partial<Plan> = {}): Plan => ({
  ...{ resources, steps: [], gone: [], replaced: [], updated: [] },
  ...more,
});

/** A stack whose program said nothing, with that plan. */
export const plannedAs = (more: Partial<Planned> = {}): Planned => ({
  ...{ plan: plan([]), violations: [], threw: false },
  ...more,
});

export const plansOf = (...plans: [stack: string, Plan][]): Plans =>
  new Map(plans.map(([stack, one]) => [stack, plannedAs({ plan: one })]));

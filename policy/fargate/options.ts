/** Resource options that change what an update does, whatever the resource is. */
import type { StackValidationPolicy } from "@pulumi/policy";
import { stackRule } from "../rule.ts";

/** pulumi pkg/resource/deploy/providers: `default`, or `default_7_48_0` of a package with a version. */
const defaultProvider = /^default(_|$)/;

export const providerIsTheStacksOwn: StackValidationPolicy = {
  name: "provider-is-the-stacks-own",
  description: "Every resource of AWS has the stack's own provider: another takes region and account from the shell.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    for (const { type, name, urn, provider } of resources)
      if (type.startsWith("aws:") && provider !== undefined && defaultProvider.test(provider.name))
        report(`${name} has the default provider. Fix: give it, or its parent, the stack's provider`, urn);
  },
};

/**
 * The delete of a replaced association would end its successor's (pulumi/pulumi-aws#4782); AWS refuses a second flow log of
 * the same configuration (EC2 API reference, FlowLogAlreadyExists).
 */
const deletedFirst = ["aws:wafv2/webAclAssociation:WebAclAssociation", "aws:ec2/flowLog:FlowLog"];

export const nothingIsDeletedFirst: StackValidationPolicy = {
  name: "replacement-comes-before-delete",
  description: "A replacement is created before the old one is deleted: between the two nothing would be there.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    for (const { type, name, urn, opts } of resources)
      if (type.startsWith("aws:") && !deletedFirst.includes(type) && opts.deleteBeforeReplace)
        report(`${name} is deleted before its replacement. Fix: remove deleteBeforeReplace from its options`, urn);
  },
};

export const onlyScalingIsIgnored: StackValidationPolicy = {
  name: "ignored-change-is-scaling-alone",
  description:
    "Nothing but the number of containers is left as AWS has it: another ignored input is a change that is never made.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    for (const { type, name, urn, opts } of resources) {
      const others = opts.ignoreChanges.filter((property) => property !== "desiredCount");
      if (type.startsWith("aws:") && others.length > 0)
        report(`${name} ignores changes of ${others.join(", ")}. Fix: remove them from ignoreChanges`, urn);
    }
  },
};

/** What a task needs before it starts, by the type of what it waits for. */
const before = [
  "aws:iam/rolePolicy:RolePolicy",
  "aws:ec2/route:Route",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
] as const;

export const serviceWaitsForWhatItNeeds = stackRule({
  name: "service-waits-for-what-it-needs",
  description:
    "A service is made after its roles' policies and its ways out, and deleted before them: its first tasks fail otherwise.",
  on: "aws:ecs/service:Service",
  check: (service, report) => {
    for (const type of before)
      if (!service.waitsFor(type)) report(`does not wait for a ${type.split(":").at(-1)}. Fix: add it to dependsOn`);
  },
});

/**
 * AWS WAF: web ACLs and their associations with load balancers; behaviour.ts judges the requests. Not modelled: statements
 * but for rates by address and by header and AWS's two groups of rules, rule groups and sets of one's own, logging, and
 * the minute until a new web ACL is known everywhere, and that a delete ends whichever association the load balancer has.
 * Sources: terraform-provider-aws internal/service/wafv2 (web_acl.go, web_acl_association.go, schemas.go); WAFV2 API reference.
 */
import { z } from "zod";
import { arn, hex } from "../../core/ids.ts";
import { type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";

const nothing = z.strictObject({});
const count = z.strictObject({ count: nothing });
const block = z.strictObject({
  block: z.strictObject({ customResponse: z.strictObject({ responseCode: z.number().int() }).optional() }),
});
const visibilityConfig = z.strictObject({
  cloudwatchMetricsEnabled: z.boolean(),
  metricName: z.string(),
  sampledRequestsEnabled: z.boolean(),
});
const header = z.strictObject({
  name: z.string(),
  textTransformations: z.array(z.strictObject({ priority: z.number().int(), type: z.literal("LOWERCASE") })),
});
const rateBasedStatement = z.strictObject({
  limit: z.number().int(),
  aggregateKeyType: z.enum(["IP", "CUSTOM_KEYS"]),
  evaluationWindowSec: z.union([z.literal(60), z.literal(120), z.literal(300), z.literal(600)]),
  customKeys: z.array(z.strictObject({ header })).optional(),
});
const managedRuleGroupStatement = z.strictObject({
  vendorName: z.literal("AWS"),
  name: z.enum(["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"]),
  ruleActionOverrides: z
    .array(z.strictObject({ name: z.string(), actionToUse: z.strictObject({ count: nothing.optional() }) }))
    .optional(),
});
const rule = z.strictObject({
  name: z.string(),
  priority: z.number().int(),
  action: z.union([count, block]).optional(),
  overrideAction: z.union([count, z.strictObject({ none: nothing })]).optional(),
  statement: z.strictObject({
    rateBasedStatement: rateBasedStatement.optional(),
    managedRuleGroupStatement: managedRuleGroupStatement.optional(),
  }),
  visibilityConfig,
});

/** Web ACL capacity units: 2 of a rate rule and 30 of each header that it counts by, 10 of its transformation; those of the groups. */
const capacities: Readonly<Record<string, number>> = {
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
};

export const webAcl: ResourceType = {
  token: "aws:wafv2/webAcl:WebAcl",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    description: z.string().optional(),
    scope: z.literal("REGIONAL"),
    defaultAction: z.strictObject({ allow: nothing.optional() }),
    rules: z.array(rule).optional(),
    visibilityConfig,
  }),
  autoname: { property: "name", max: 128 },
  sets: ["rules"],
  computed: ["applicationIntegrationUrl", "arn", "capacity", "lockToken", "tagsAll"],
  replaces: ["name", "scope"],
  create: (inputs, call) => {
    const what = `creating WAFv2 WebACL (${inputs.name})`;
    if (call.store.list(webAcl.token, call.region).some((acl) => acl.inputs.name === inputs.name))
      throw new Error(
        `${what}: api error WAFDuplicateItemException: AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.`,
      );
    const id = `${hex(4)}-${hex(2)}-${hex(2)}-${hex(2)}-${hex(6)}`;
    return {
      id,
      outputs: {
        arn: arn("wafv2", call, `regional/webacl/${inputs.name}/${id}`),
        applicationIntegrationUrl: "",
        ...changing(inputs),
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => ({ ...changing(inputs), ...tagsAll(inputs, call) }),
  delete: (id, state, call) => {
    const used = call.store
      .list(webAclAssociation.token, call.region)
      .some(({ outputs }) => outputs.webAclArn === state.arn);
    if (used)
      throw new Error(
        `deleting WAFv2 WebACL (${id}): api error WAFAssociatedItemException: AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.`,
      );
  },
};

function changing({
  rules = [],
}: {
  rules?: { statement: { rateBasedStatement?: object; managedRuleGroupStatement?: { name: string } } }[];
}) {
  const units = rules.map(({ statement: { rateBasedStatement: rate, managedRuleGroupStatement: group } }) => {
    if (group) return capacities[group.name] ?? 0;
    const { customKeys = [] } = rate as { customKeys?: object[] };
    return 2 + 40 * customKeys.length;
  });
  return { capacity: units.reduce((sum, each) => sum + each, 0), lockToken: hex(16) };
}

export const webAclAssociation: ResourceType = {
  token: "aws:wafv2/webAclAssociation:WebAclAssociation",
  scope: "regional",
  inputs: regional({ resourceArn: z.string(), webAclArn: z.string() }),
  computed: [],
  replaces: ["resourceArn", "webAclArn"],
  create: ({ resourceArn, webAclArn }, call) => {
    const there = (token: string, of: string) =>
      call.store.list(token, call.region).some(({ outputs }) => outputs.arn === of);
    if (!there(webAcl.token, webAclArn) || !there("aws:lb/loadBalancer:LoadBalancer", resourceArn))
      throw new Error(
        `creating WAFv2 WebACL Association (${webAclArn},${resourceArn}): api error WAFNonexistentItemException: AWS WAF couldn’t perform the operation because your resource doesn’t exist.`,
      );
    return { id: `${webAclArn},${resourceArn}`, outputs: {} };
  },
};

export const wafv2: readonly ResourceType[] = [webAcl, webAclAssociation];

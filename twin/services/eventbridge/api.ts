/**
 * Amazon EventBridge, to read: rules and targets of the bus `default`.
 * Source: EventBridge API reference.
 */
import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { type ApiCall, action, page, type Service, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";

const paged = {
  EventBusName: z.literal("default").optional(),
  Limit: whole(1, 100).default(100),
  NextToken: z.string().optional(),
};

const rules = ({ store, region }: ApiCall): Properties[] =>
  store.list("aws:cloudwatch/eventRule:EventRule", region).map(({ outputs }) => outputs);

const shape = ({ name, arn, eventPattern, state, description, eventBusName }: Properties): Properties => ({
  ...{ Name: name, Arn: arn, EventPattern: eventPattern, State: state, Description: description },
  EventBusName: eventBusName ?? "default",
});

function ruleOf(name: string, call: ApiCall): Properties {
  const found = rules(call).find((rule) => rule.name === name);
  if (!found) throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus default.`);
  return found;
}

const listRules = action({ ...paged, NamePrefix: z.string().default("") }, ({ NamePrefix, Limit, NextToken }, call) => {
  const found = rules(call).filter(({ name }) => name.startsWith(NamePrefix));
  const { items, next } = page(found, Limit, NextToken);
  return { Rules: items.map(shape), NextToken: next };
});

const describeRule = action({ Name: z.string(), EventBusName: paged.EventBusName }, ({ Name }, call) => ({
  ...shape(ruleOf(Name, call)),
  CreatedBy: call.account,
}));

const listTargetsByRule = action({ ...paged, Rule: z.string() }, ({ Rule, Limit, NextToken }, call) => {
  ruleOf(Rule, call);
  const all = call.store
    .list("aws:cloudwatch/eventTarget:EventTarget", call.region)
    .map(({ outputs }) => outputs)
    .filter(({ rule }) => rule === Rule);
  const { items, next } = page(all, Limit, NextToken);
  return {
    Targets: items.map(({ targetId, arn, input, inputPath, inputTransformer, deadLetterConfig }) => ({
      ...{ Id: targetId, Arn: arn, Input: input, InputPath: inputPath },
      InputTransformer: inputTransformer && {
        ...{ InputPathsMap: inputTransformer.inputPaths, InputTemplate: inputTransformer.inputTemplate },
      },
      DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
    })),
    NextToken: next,
  };
});

export const events: Service = {
  name: "events",
  protocols: [json11],
  target: "AWSEvents",
  invalid: "ValidationException",
  actions: { DescribeRule: describeRule, ListRules: listRules, ListTargetsByRule: listTargetsByRule },
};

/**
 * CloudWatch Logs: groups and metric filters. What containers write is kept by the data plane (containers/log.ts), and
 * made into metrics (metric-filters.ts). Not modelled: retention, streams as resources, units and default values of
 * metric filters, patterns beyond those of filter-pattern.ts.
 * Sources: terraform-provider-aws internal/service/logs; CloudWatch Logs API reference, PutMetricFilter.
 */
import { z } from "zod";
import { arn } from "../../core/ids.ts";
import { type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";
import { isPattern, isSelector } from "./filter-pattern.ts";

export const logGroup: ResourceType = {
  token: "aws:cloudwatch/logGroup:LogGroup",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    skipDestroy: z.boolean(),
    retentionInDays: z.number(),
  }),
  defaults: { retentionInDays: 0, skipDestroy: false },
  autoname: { property: "name", max: 255 },
  computed: ["arn", "tagsAll"],
  replaces: ["name"],
  create: (inputs, call) => {
    if (call.store.get(logGroup.token, inputs.name, call.region))
      throw new Error(
        `creating CloudWatch Logs Log Group (${inputs.name}): api error ResourceAlreadyExistsException: The specified log group already exists`,
      );
    return {
      id: inputs.name,
      outputs: { arn: arn("logs", call, `log-group:${inputs.name}`), ...tagsAll(inputs, call) },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  survives: ({ skipDestroy }) => skipDestroy,
};

const selector = z.string().refine(isSelector, "expected a selector, e.g. $.field");

export const logMetricFilter: ResourceType = {
  token: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  scope: "regional",
  inputs: regional({
    name: z.string(),
    logGroupName: z.string(),
    pattern: z.string().refine(isPattern, 'the twin models patterns of the form { $.field = "text" } alone'),
    metricTransformation: z.strictObject({
      namespace: z.string(),
      name: z.string(),
      value: z.union([z.string().regex(/^-?\d+(\.\d+)?$/), selector], { error: "expected a number or a selector" }),
      dimensions: z.record(z.string(), selector).optional(),
    }),
  }),
  autoname: { property: "name", max: 255 },
  computed: [],
  replaces: ["name", "logGroupName"],
  create: (inputs, call) => {
    if (!call.store.get(logGroup.token, inputs.logGroupName, call.region))
      throw new Error(
        `putting CloudWatch Logs Metric Filter (${inputs.name}): api error ResourceNotFoundException: The specified log group does not exist.`,
      );
    return { id: inputs.name, outputs: {} };
  },
  // Two log groups may each have one of the same name.
  key: ({ logGroupName, name }) => `${logGroupName}:${name}`,
  update: () => ({}),
};

export const logs: readonly ResourceType[] = [logGroup, logMetricFilter];

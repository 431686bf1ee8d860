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

const retention = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logGroup: ResourceType = {
  token: "aws:cloudwatch/logGroup:LogGroup",
  scope: "regional",
  inputs: tagged({
    name: z.string().regex(/^[0-9A-Za-z_./#-]{1,512}$/, "expected 1 to 512 letters, digits or _ . / # -"),
    skipDestroy: z.boolean(),
    retentionInDays: z.number().refine((days) => retention.includes(days), `expected one of ${retention.join(", ")}`),
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
    name: z.string().regex(/^[^:*]{1,512}$/, "expected 1 to 512 characters without : and *"),
    logGroupName: z.string(),
    pattern: z.string().refine(isPattern, 'the twin models patterns of the form { $.field = "text" } alone'),
    metricTransformation: z.strictObject({
      namespace: z
        .string()
        .max(255)
        .regex(/^[^:*$]*$/, "expected no : * or $"),
      name: z
        .string()
        .max(255)
        .regex(/^[^:*$]*$/, "expected no : * or $"),
      value: z.union(
        [
          z
            .string()
            .max(100)
            .regex(/^-?\d+(\.\d+)?$/),
          selector,
        ],
        { error: "expected a number or a selector" },
      ),
      dimensions: z
        .record(z.string(), selector)
        .refine((dimensions) => Object.keys(dimensions).length <= 3, "expected at most 3")
        .optional(),
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

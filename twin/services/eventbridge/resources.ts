/**
 * EventBridge rules and targets; events are matched and delivered by behaviour.ts. Not modelled: schedules, buses beside
 * `default`.
 * Sources: terraform-provider-aws internal/service/events; EventBridge API reference.
 */
import { z } from "zod";
import { arn } from "../../core/ids.ts";
import { retried } from "../../core/wait.ts";
import { type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";
import { isJson } from "../../pulumi/values.ts";

export const eventRule: ResourceType = {
  token: "aws:cloudwatch/eventRule:EventRule",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    description: z.string().optional(),
    eventBusName: z.literal("default"),
    state: z.enum(["ENABLED", "DISABLED"]),
    eventPattern: z.string().refine(isJson, "expected JSON"),
  }),
  defaults: { eventBusName: "default", state: "ENABLED" },
  autoname: { property: "name", max: 64 },
  json: ["eventPattern"],
  computed: ["arn", "tagsAll"],
  replaces: ["name", "eventBusName"],
  create: (inputs, call) => ({
    id: inputs.name,
    outputs: { arn: arn("events", call, `rule/${inputs.name}`), ...tagsAll(inputs, call) },
  }),
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  // The provider tries again for 5 minutes; the twin tells the same after seconds.
  delete: (id, _state, call) =>
    retried(3_000, () => {
      if (call.store.list(eventTarget.token, call.region).some((t) => t.inputs.rule === id))
        throw new Error(
          `deleting EventBridge Rule (${id}): api error ValidationException: Rule can't be deleted since it has targets.`,
        );
    }),
};

export const eventTarget: ResourceType = {
  token: "aws:cloudwatch/eventTarget:EventTarget",
  scope: "regional",
  inputs: regional({
    rule: z.string(),
    targetId: z.string(),
    arn: z.string().startsWith("arn:"),
    eventBusName: z.literal("default"),
    input: z.string().refine(isJson, "expected JSON").optional(),
    inputPath: z.string().optional(),
    deadLetterConfig: z.strictObject({ arn: z.string().startsWith("arn:") }).optional(),
    inputTransformer: z
      .strictObject({ inputPaths: z.record(z.string(), z.string()).optional(), inputTemplate: z.string() })
      .optional(),
  }),
  defaults: { eventBusName: "default" },
  autoname: { property: "targetId", max: 255 },
  computed: [],
  replaces: ["rule", "targetId", "eventBusName"],
  check: (inputs) => {
    const [first, second] = ["input", "inputPath", "inputTransformer"].filter((one) => inputs[one] !== undefined);
    return first && second ? [{ property: second, reason: `conflicts with ${first}` }] : [];
  },
  create: (inputs, call) => {
    if (!call.store.get(eventRule.token, inputs.rule, call.region))
      throw new Error(
        `creating EventBridge Target (${inputs.targetId}): api error ResourceNotFoundException: Rule ${inputs.rule} does not exist on EventBus default.`,
      );
    return { id: `${inputs.rule}-${inputs.targetId}`, outputs: {} };
  },
  update: () => ({}),
};

export const eventbridge: readonly ResourceType[] = [eventRule, eventTarget];

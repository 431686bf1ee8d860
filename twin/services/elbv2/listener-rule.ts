import { z } from "zod";
import { hex } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { action, refuseTargets } from "./actions.ts";
import { listener } from "./listener.ts";
import type { ElbCall } from "./shared.ts";

const values = z.strictObject({ values: z.array(z.string()).min(1) });
const condition = z.union([z.strictObject({ hostHeader: values }), z.strictObject({ pathPattern: values })]);

export const listenerRule: ResourceType<ElbCall> = {
  token: "aws:lb/listenerRule:ListenerRule",
  scope: "regional",
  inputs: tagged({
    listenerArn: z.string(),
    priority: z.number().int(),
    conditions: z.array(condition).min(1),
    actions: z.array(action).min(1),
  }),
  computed: ["arn", "tagsAll"],
  replaces: ["listenerArn"],
  create: (inputs, call) => {
    const parent = call.store.get(listener.token, inputs.listenerArn, call.region);
    if (!parent)
      throw new Error("creating ELBv2 Listener Rule: api error ListenerNotFound: One or more listeners not found");
    refuseRule(undefined, inputs, call);
    // Quota: 100 rules for each load balancer, not counting default rules.
    const listeners = call.store
      .list(listener.token, call.region)
      .filter((l) => l.inputs.loadBalancerArn === parent.inputs.loadBalancerArn)
      .map((l) => l.id);
    if (
      call.store.list(listenerRule.token, call.region).filter((r) => listeners.includes(r.inputs.listenerArn)).length >=
      100
    )
      throw new Error(
        "creating ELBv2 Listener Rule: api error TooManyRules: The maximum number of rules has been reached",
      );
    const id = `${inputs.listenerArn.replace(":listener/", ":listener-rule/")}/${hex(8)}`;
    return { id, outputs: { arn: id, ...tagsAll(inputs, call) } };
  },
  update: (id, _state, inputs, call) => {
    refuseRule(id, inputs, call);
    return tagsAll(inputs, call);
  },
};

function refuseRule(id: string | undefined, inputs: Properties, call: ElbCall): void {
  const parent = call.store.get(listener.token, inputs.listenerArn, call.region);
  const taken = call.store
    .list(listenerRule.token, call.region)
    .some((r) => r.id !== id && r.inputs.listenerArn === inputs.listenerArn && r.inputs.priority === inputs.priority);
  if (taken) throw new Error(`api error PriorityInUse: Priority '${inputs.priority}' is currently in use`);
  const count = inputs.conditions.flatMap((c: Properties) => c.hostHeader?.values ?? c.pathPattern.values).length;
  if (count > 5)
    throw new Error("api error TooManyConditionValues: The maximum number of condition values per rule is 5");
  if (parent) refuseTargets(inputs.actions, parent.inputs.loadBalancerArn, call);
}

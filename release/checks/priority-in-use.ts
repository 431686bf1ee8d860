import { type Check, stackCheck } from "./finding.ts";

const type = "aws:lb/listenerRule:ListenerRule";

/**
 * No rule takes a priority that another rule of its listener gives up in the same update: AWS refuses it while the other one
 * has it (PriorityInUse, ELB API reference, SetRulePriorities alone exchanges them), and deletes come last.
 */
export const priorityInUse: Check = stackCheck("priority-in-use", ({ resources, gone }) => {
  const rules = resources.filter((one) => one.type === type);
  const before = [...rules, ...gone.filter((one) => one.type === type)];
  return rules.flatMap((rule) => {
    const { priority, listenerArn } = rule.inputs;
    if (rule.outputs.priority === priority) return [];
    const holder = before.find(
      ({ urn, outputs }) => urn !== rule.urn && outputs.priority === priority && outputs.listenerArn === listenerArn,
    );
    if (!holder) return [];
    return [
      {
        resource: rule.name,
        message: `takes priority ${priority}, which ${holder.name} has until it is updated or deleted: AWS refuses it (PriorityInUse)`,
        fix: "give it a priority that no rule has now; exchange priorities in two updates",
      },
    ];
  });
});

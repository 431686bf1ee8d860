import { priorityInUse } from "../../../../release/checks/priority-in-use.ts";
import { plan, plansOf, resource } from "./plans.ts";

/** @param before its priority now; undefined for a rule that is created */
function rule(name: string, priority: number, before?: number) {
  const inputs = { listenerArn: "arn:listener", priority };
  return resource(
    "aws:lb/listenerRule:ListenerRule",
    name,
    inputs,
    before === undefined ? {} : { ...inputs, priority: before },
  );
}

const found = (...plans: Parameters<typeof plan>) =>
  priorityInUse.judge(plansOf(["prod-au", plan(...plans)])).map(({ resource: name, message }) => `${name}: ${message}`);

test("rules that exchange their priorities are found: AWS refuses the first that is updated", () => {
  expect(found([rule("a", 2, 1), rule("b", 1, 2)])).toEqual([
    "a: takes priority 2, which b has until it is updated or deleted: AWS refuses it (PriorityInUse)",
    "b: takes priority 1, which a has until it is updated or deleted: AWS refuses it (PriorityInUse)",
  ]);
});

test("a new rule with the priority of one that is deleted is found: deletes come last", () => {
  expect(found([rule("new", 7)], { gone: [rule("old", 7, 7)] })).toHaveLength(1);
});

test("a free priority is accepted", () => {
  expect(found([rule("a", 3, 1), rule("b", 2, 2), rule("c", 4)])).toEqual([]);
});

import { lostScaling } from "../../../../release/checks/lost-scaling.ts";
import type { Plan, Properties } from "../../../../release/plan/graph.ts";
import { plan, plansOf, resource } from "./plans.ts";

const judge = (one: Plan) => lostScaling.judge(plansOf(["prod-au", one]));
const service = resource("aws:ecs/service:Service", "dispatch", { name: "dispatch-1" });
const target = (inputs: Properties, outputs: Properties = {}) =>
  resource("aws:appautoscaling/target:Target", "scaling", inputs, outputs);
const stays = target({ resourceId: "service/cluster/dispatch-1" });

test("lost-scaling finds a target that stays while its service is replaced, by outputs before inputs", () => {
  const expected = {
    check: "lost-scaling",
    stack: "prod-au",
    resource: "scaling",
    message: "its service dispatch is replaced and this target is not: the new service would not scale",
    fix: "take the service's name in resourceId from the service's output",
  };
  expect(judge(plan([service, stays], { replaced: [service] }))).toEqual([expected]);
  const deployed = { ...service, outputs: { name: "dispatch-2" } };
  const named = target({ resourceId: "service/cluster/dispatch-1" }, { resourceId: "service/cluster/dispatch-2" });
  expect(judge(plan([deployed, named], { replaced: [deployed] }))).toEqual([expected]);
  expect(judge(plan([deployed, stays], { replaced: [deployed] }))).toEqual([]);
});

test("lost-scaling accepts another type, another service, and a target that is replaced too", () => {
  const accepted = [
    plan([service, { ...stays, type: "other:Type" }], { replaced: [service] }),
    plan([target({ resourceId: "a-dispatch-1" })], { replaced: [service] }),
    plan([target({ resourceId: "service/cluster/other-1" })], { replaced: [service] }),
    plan([target({})], { replaced: [service] }),
    plan([service, stays], { replaced: [service, stays] }),
    plan([stays], { replaced: [{ ...service, type: "other:Type" }] }),
  ];
  expect(accepted.flatMap(judge)).toEqual([]);
});

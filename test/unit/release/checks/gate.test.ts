import { gate } from "../../../../release/checks/gate.ts";
import type { Verdict } from "../../../../stacks/gate.ts";
import type { Observed } from "../../../../stacks/program.ts";
import { plannedAs } from "./plans.ts";

const judged = (verdict: Verdict) => plannedAs({ observed: { verdict } as Observed });
const planned = new Map([
  ["staging", judged({ allowed: true, why: "it proves releases" })],
  ["prod-au", judged({ allowed: false, why: "staging has not verified it", fix: "npx order-queue release" })],
  ["prod-eu", plannedAs({ error: "no zone" })],
]);

test("a closed gate is a finding with its fix; an open one, and one that was not reached, are none", () => {
  expect(gate.judge(planned)).toEqual([
    { check: "gate", stack: "prod-au", message: "staging has not verified it", fix: "npx order-queue release" },
  ]);
});

test("an open gate is a note with what opened it", () => {
  expect(gate.notes?.(planned)).toEqual(["staging: open: it proves releases"]);
});

import { plan as planCheck } from "../../../../release/checks/plan.ts";
import { policy, policyFinding } from "../../../../release/checks/policy.ts";
import { plannedAs } from "./plans.ts";

const violation = { stack: "prod-au", rule: "queue-is-encrypted", resource: "prod-au-orders", message: "no key" };

test("a plan that policy refuses is a finding of policy, and none of plan", () => {
  const planned = new Map([
    ["staging", plannedAs()],
    ["prod-au", plannedAs({ violations: [violation], error: "refused by policy, 1 violation" })],
  ]);
  expect(policy.judge(planned)).toEqual([
    {
      check: "policy",
      stack: "prod-au",
      resource: "prod-au-orders",
      message: "breaks queue-is-encrypted: no key",
      fix: "change what the program registers, so that it keeps queue-is-encrypted",
    },
  ]);
  expect(planCheck.judge(planned)).toEqual([]);
});

test("a rule names its own fix after `Fix:`; a rule of the whole stack names no resource", () => {
  const finding = policyFinding({ ...violation, resource: "", message: "no key. Fix: set kmsKeyId" });
  expect(finding).toMatchObject({ message: "breaks queue-is-encrypted: no key.", fix: "set kmsKeyId" });
  expect(finding).not.toHaveProperty("resource");
  expect(policyFinding({ ...violation, message: "no key.\n  Fix: set kmsKeyId" })).toMatchObject({
    ...{ message: "breaks queue-is-encrypted: no key.", fix: "set kmsKeyId" },
  });
});

test("a plan that fails otherwise is a finding of plan", () => {
  const planned = new Map([["prod-eu", plannedAs({ error: "no zone in eu-west-1", threw: true })]]);
  expect(planCheck.judge(planned)).toEqual([
    {
      check: "plan",
      stack: "prod-eu",
      message: "cannot be planned: no zone in eu-west-1",
      fix: "correct what the error names, in the program or in Pulumi.prod-eu.yaml",
    },
  ]);
});

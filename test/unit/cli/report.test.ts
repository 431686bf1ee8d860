import { previewReport, releaseReport } from "../../../cli/report.ts";
import { checks } from "../../../release/checks/list.ts";
import type { StackPreview } from "../../../release/checks/preview.ts";

const unchanged: StackPreview = { create: 0, update: 0, replace: 0, delete: 0, same: 130, steps: [] };

test("a preview prints each stack, the checks without findings, and each other check with findings and notes", () => {
  const findings = [
    { check: "policy", stack: "prod-au", resource: "acme", message: "breaks a-rule: no key", fix: "set kmsKeyId" },
    { check: "gate", stack: "prod-au", message: "staging has not verified release 1", fix: "npx order-queue release" },
  ];
  const others = checks.map(({ name }) => name).filter((name) => !["policy", "parity", "gate"].includes(name));
  const report = previewReport({
    stacks: { staging: unchanged, "prod-au": { ...unchanged, error: "refused by policy, 1 violation" } },
    ...{ findings, allowed: [], gate: {}, seconds: 5.84 },
    notes: { parity: ["prod-au was not compared: it cannot be planned"], gate: ["staging: open: first"] },
  });
  expect(report).toBe(
    [
      "staging: no changes (130 unchanged)",
      "prod-au: cannot be planned",
      "  refused by policy, 1 violation",
      "",
      `no findings: ${others.join(", ")}`,
      "policy: 1 finding",
      "  prod-au: acme: breaks a-rule: no key. Fix: set kmsKeyId",
      "parity: no findings",
      "  prod-au was not compared: it cannot be planned",
      "gate: 1 finding",
      "  prod-au: staging has not verified release 1. Fix: npx order-queue release",
      "  staging: open: first",
      "",
      "5.8 s",
    ].join("\n"),
  );
});

test("a release that was stopped prints its stages, the stack, and why", () => {
  const stages = [{ stack: "staging", what: "updated" as const, detail: "release 1", seconds: 60.04 }];
  const stopped = { stack: "prod-au", by: "gate", why: "closed. Fix: open it" };
  expect(releaseReport({ release: "1", completed: false, stages, stopped, seconds: 61 })).toBe(
    ["staging    updated: release 1 (60.0 s)", "Stopped at prod-au: closed. Fix: open it"].join("\n"),
  );
});

import { blocking, checks, findingsOf } from "../../../../release/checks/list.ts";
import type { Verdict } from "../../../../stacks/gate.ts";
import type { Observed } from "../../../../stacks/program.ts";
import { plannedAs } from "./plans.ts";

test("every check has a name of its own, in the order of their findings", () => {
  expect(checks.map(({ name }) => name)).toEqual([
    ...["plan", "policy", "same-identity", "duplicate-identity", "priority-in-use", "record-keeps-its-type"],
    ...[
      "lost-validation-record",
      "lost-state",
      "dangling",
      "lost-scaling",
      "shared-record",
      "missing-replica",
      "quotas",
    ],
    ...["parity", "operation-parity", "partial-update", "authentication", "gate"],
  ]);
});

test("findings come in the order of the checks; those of a partial update, of unsigned stores and of the gate stop no release", () => {
  const verdict: Verdict = { allowed: false, why: "staging has not verified it", fix: "npx order-queue release" };
  const partial = { release: "aaaaaaaaaaaa", why: "--target" };
  const stores = [{ name: "acme", unsigned: "its platform cannot sign" }];
  const observed = { verdict, settings: { stores }, records: { own: { partial } } } as unknown as Observed;
  const findings = findingsOf(new Map([["prod-au", plannedAs({ observed, error: "no zone" })]]));
  expect(findings.map(({ check }) => check)).toEqual(["plan", "partial-update", "authentication", "gate"]);
  expect(blocking(findings).map(({ check }) => check)).toEqual(["plan"]);
});

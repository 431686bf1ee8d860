import { blocking } from "../../../../release/checks/list.ts";
import { partialUpdate } from "../../../../release/checks/partial-update.ts";
import type { Observed } from "../../../../stacks/program.ts";
import { plannedAs } from "./plans.ts";

const observed = (partial?: object) => ({ records: { own: { partial } } }) as unknown as Observed;

test("a stack whose last update was partial is named with the release and the reason, and blocks no release", () => {
  const partial = { release: "bbbbbbbbbbbb", why: "pulumi up --target leaves out resources" };
  const findings = partialUpdate.judge(
    new Map([
      ["staging", plannedAs({ observed: observed(partial) })],
      ["prod-au", plannedAs({ observed: observed() })],
      ["prod-eu", plannedAs()],
    ]),
  );
  expect(findings).toEqual([
    {
      check: "partial-update",
      stack: "staging",
      message: "its last update, of release bbbbbbbbbbbb, was partial: pulumi up --target leaves out resources",
      fix: "npx order-queue release, which updates every resource",
    },
  ]);
  expect(blocking(findings)).toEqual([]);
});

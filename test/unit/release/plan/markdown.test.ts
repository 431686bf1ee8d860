import { markdown } from "../../../../release/plan/markdown.ts";
import { objections, type Preview, type StackPreview } from "../../../../release/plan/preview.ts";

const unchanged: StackPreview = { create: 0, update: 1, replace: 0, delete: 0, same: 129, steps: [] };
const quiet: Preview = {
  stacks: { staging: unchanged, "prod-au": unchanged },
  hazards: [],
  policy: { violations: [] },
  parity: { equal: true, differences: [], allowed: [] },
  operations: { "prod-au": { unrehearsed: [], why: "what staging would do now" } },
  gate: {
    staging: { allowed: true, why: "staging is where releases are proved" },
    "prod-au": {
      allowed: false,
      why: "staging has not verified release 0123456789ab",
      mend: "npx order-queue release",
    },
  },
  seconds: 5.8,
};

test("a preview that changes nothing is a short comment", () => {
  expect(markdown(quiet)).toBe(
    [
      "### order-queue preview",
      "",
      "| stack | create | update | replace | delete | gate |",
      "|---|---|---|---|---|---|",
      "| staging | 0 | 1 | 0 | 0 | open: staging is where releases are proved |",
      "| prod-au | 0 | 1 | 0 | 0 | closed: staging has not verified release 0123456789ab |",
      "",
      "Policy and parity hold: production would be what staging proves.",
      "",
    ].join("\n"),
  );
  expect(objections(quiet)).toEqual([]);
});

test("a preview says what is to be mended first, and what forces a replacement", () => {
  const step = {
    op: "replace" as const,
    urn: "",
    type: "aws:ec2/vpc:Vpc",
    name: "prod-au",
    replacedBy: ["cidrBlock"],
    changed: ["cidrBlock"],
  };
  const loud: Preview = {
    ...quiet,
    stacks: { ...quiet.stacks, "prod-au": { ...unchanged, replace: 1, steps: [step] } },
    operations: { "prod-au": { unrehearsed: ["replace aws:ec2/vpc:Vpc {stack}"], why: "what staging would do now" } },
  };
  expect(markdown(loud).split("\n").slice(7)).toEqual([
    "**1 to mend before a release:**",
    "",
    "- prod-au would replace aws:ec2/vpc:Vpc {stack}, which staging has not done (what staging would do now)",
    "",
    "<details><summary>prod-au: 1 change</summary>",
    "",
    "- replace `aws:ec2/vpc:Vpc` `prod-au`, forced by `cidrBlock`",
    "",
    "</details>",
    "",
  ]);
});

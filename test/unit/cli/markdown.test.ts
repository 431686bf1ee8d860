import { markdown } from "../../../cli/markdown.ts";
import type { Preview, StackPreview } from "../../../release/checks/preview.ts";

const unchanged: StackPreview = { create: 0, update: 1, replace: 0, delete: 0, same: 129, steps: [] };
const quiet: Preview = {
  stacks: { staging: unchanged, "prod-au": unchanged },
  findings: [
    {
      check: "gate",
      stack: "prod-au",
      message: "staging has not verified release 0123456789ab",
      fix: "npx order-queue release",
    },
  ],
  notes: {},
  allowed: [],
  gate: {
    staging: { allowed: true, why: "staging is where releases are verified first" },
    "prod-au": {
      allowed: false,
      why: "staging has not verified release 0123456789ab",
      fix: "npx order-queue release",
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
      "| staging | 0 | 1 | 0 | 0 | open: staging is where releases are verified first |",
      "| prod-au | 0 | 1 | 0 | 0 | closed: staging has not verified release 0123456789ab |",
      "",
      "No findings: production would be what staging verified.",
      "",
    ].join("\n"),
  );
});

test("a preview names its findings first, and what forces a replacement", () => {
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
    findings: [
      ...quiet.findings,
      {
        check: "operation-parity",
        stack: "prod-au",
        resource: "aws:ec2/vpc:Vpc {stack}",
        message: "would be replaced, which staging has not done (what staging would do now)",
        fix: "make the same change in staging first",
      },
    ],
  };
  expect(markdown(loud).split("\n").slice(7)).toEqual([
    "**To fix before a release:**",
    "",
    "**operation-parity**: 1 finding",
    "",
    "- prod-au: aws:ec2/vpc:Vpc {stack}: would be replaced, which staging has not done (what staging would do now). Fix: make the same change in staging first",
    "",
    "<details><summary>prod-au: 1 change</summary>",
    "",
    "- replace `aws:ec2/vpc:Vpc` `prod-au`, forced by `cidrBlock`",
    "",
    "</details>",
    "",
  ]);
});

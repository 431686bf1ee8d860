import fc from "fast-check";
import { artifactPage, markdown } from "../../../cli/markdown.ts";
import type { Finding } from "../../../release/checks/finding.ts";
import type { Preview, StackPreview } from "../../../release/checks/preview.ts";
import type { Step } from "../../../release/plan/graph.ts";

const unchanged: StackPreview = { create: 0, update: 1, replace: 0, delete: 0, same: 129, steps: [] };
const [why, fix] = ["staging has not verified release 0123456789ab", "npx order-queue release"];
const quiet: Preview = {
  stacks: { staging: unchanged, "prod-au": unchanged, "prod-eu": unchanged },
  findings: [{ check: "gate", stack: "prod-au", message: why, fix }],
  notes: {},
  allowed: [],
  gate: {
    staging: { allowed: true, why: "staging is where releases are verified first" },
    "prod-au": { allowed: false, why, fix },
    "prod-eu": { allowed: false, why, fix },
  },
  seconds: 5.8,
};
const step = (op: Step["op"], name: string, more: Partial<Step> = {}): Step => ({
  ...{ op, urn: "", type: "aws:ec2/vpc:Vpc", name, replacedBy: [], changed: ["cidrBlock"] },
  ...more,
});
const finding = (more: Partial<Finding>): Finding => ({
  ...{ check: "parity", stack: "prod-au", resource: "aws:ec2/vpc:Vpc {stack}" },
  ...{ message: "would be replaced, which staging has not done", fix: "make the same change in staging first" },
  ...more,
});

test("a preview that changes nothing is a short comment, with each reason of the gate once", () => {
  expect(markdown(quiet).split("\n")).toEqual([
    "### order-queue preview",
    "",
    "| stack | changes | gate |",
    "|---|---|---|",
    "| staging | 1 to update | open |",
    "| prod-au | 1 to update | closed |",
    "| prod-eu | 1 to update | closed |",
    "",
    "- staging: open: staging is where releases are verified first",
    "- prod-au, prod-eu: closed: staging has not verified release 0123456789ab",
    "",
    "No findings: production would be what staging verified.",
    "",
  ]);
});

test("a preview names its findings first, then what changes in each stack, what cannot be undone first", () => {
  const steps = [step("update", "a"), step("create", "b"), step("replace", "c", { replacedBy: ["cidrBlock"] })];
  const loud: Preview = {
    ...quiet,
    stacks: { staging: unchanged, "prod-au": { ...unchanged, create: 1, replace: 1, steps } },
    findings: [...quiet.findings, finding({ check: "operation-parity" })],
  };
  expect(markdown(loud, "https://ci.example/runs/7").split("\n").slice(5)).toEqual([
    "| prod-au | **1 to replace**, 1 to create, 1 to update | closed |",
    "",
    "- staging: open: staging is where releases are verified first",
    "- prod-au, prod-eu: closed: staging has not verified release 0123456789ab",
    "",
    "**To fix before a release** (1):",
    "",
    "**operation-parity**: 1 finding",
    "",
    "- prod-au: aws:ec2/vpc:Vpc {stack}: would be replaced, which staging has not done. Fix: make the same change in staging first",
    "",
    "<details><summary>prod-au: 3 changes</summary>",
    "",
    "- replace `aws:ec2/vpc:Vpc` `c`, forced by `cidrBlock`",
    "- create `aws:ec2/vpc:Vpc` `b`",
    "- update `aws:ec2/vpc:Vpc` `a`: `cidrBlock`",
    "",
    "</details>",
    "",
    "[All findings and changes](https://ci.example/runs/7)",
    "",
  ]);
});

test("the link to everything is that of the CI job, on GitHub and on GitLab", () => {
  const github = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "o/r", GITHUB_RUN_ID: "7" };
  expect(artifactPage({ GITHUB_ACTIONS: "true", ...github })).toBe("https://github.com/o/r/actions/runs/7#artifacts");
  const gitlab = { GITLAB_CI: "true", CI_JOB_URL: "https://gitlab.com/o/r/-/jobs/7" };
  expect(artifactPage(gitlab)).toBe("https://gitlab.com/o/r/-/jobs/7/artifacts/browse");
  expect(artifactPage({})).toBeUndefined();
});

test("a stack that cannot be planned says so in its row", () => {
  const stacks = { staging: { ...unchanged, error: "no such zone" } };
  expect(markdown({ ...quiet, stacks })).toContain("| staging | **cannot be planned** | open |");
});

test("what has no room is counted, and no message ends a fold", () => {
  const steps = Array.from({ length: 3_000 }, (_, index) => step("create", `vpc-${index}`));
  const findings = Array.from({ length: 500 }, (_, index) => finding({ message: `</details> ${index} `.repeat(100) }));
  const stacks = { staging: { ...unchanged, steps }, "prod-au": { ...unchanged, steps } };
  const text = markdown({ ...quiet, stacks, findings });
  const counted = [...text.matchAll(/^- … and (\d+) more$/gm)].map(([, rest]) => Number(rest));
  const shown = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  expect(counted).toHaveLength(3);
  expect(shown(/^- prod-au: aws:/gm) + (counted[0] ?? 0)).toBe(500);
  expect(shown(/^- create/gm) + (counted[1] ?? 0) + (counted[2] ?? 0)).toBe(6_000);
  expect(shown(/<\/details>/g)).toBe(2);
  expect(text.length).toBeGreaterThan(60_000);
});

test("any preview fits in a comment of GitHub, 65,536 characters", () => {
  const words = fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.repeat(1 + text.length * 3));
  const count = fc.integer({ min: 0, max: 900 });
  const stack = fc.record({ changes: count, name: words });
  fc.assert(
    fc.property(fc.array(stack, { minLength: 1, maxLength: 30 }), count, words, words, (all, found, message, check) => {
      const named = all.map(({ changes, name }, index): [string, StackPreview] => [
        `prod-${index}`,
        { ...unchanged, steps: Array.from({ length: changes }, () => step("update", name, { changed: [name, name] })) },
      ]);
      const findings = Array.from({ length: found }, (_, index) =>
        finding({ message, check: `${check.slice(0, 40)}${index % 12}` }),
      );
      const gate = Object.fromEntries(named.map(([name]) => [name, { allowed: false, why: `${message}${name}`, fix }]));
      const text = markdown({ ...quiet, stacks: Object.fromEntries(named), findings, gate }, "https://ci.example/7");
      expect(text.length).toBeLessThanOrEqual(65_536);
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    }),
    { numRuns: 40 },
  );
});

import { printFinding, printFindings } from "../../../../release/checks/print.ts";
import { PolicyPackFailed } from "../../../../release/workspace/policy-pack.ts";
import type { FakeBackend } from "../fake/backend.ts";
import { deployed, release, running } from "../fake/orchestrate.ts";
import type { Declared } from "../fake/project.ts";
import { everywhere, first, next } from "./releases.ts";

const QUEUE = "aws:sqs/queue:Queue";

describe("a release is stopped before any stack is touched", () => {
  const queue = (stack: string, name: string, inputs: object, forces: string[] = []): Declared => ({
    type: QUEUE,
    name: `${stack}-${name}`,
    inputs,
    forces,
  });
  const onlyIn = (only: string, one: Declared) => (stack: string) => (stack === only ? [one] : []);
  const violation = { rule: "certificate-covers-routed-host", message: "another name. Fix: name the host" };

  /** The release of a change is stopped by these findings of one check, and no stack is changed. */
  async function expectStopped(backend: FakeBackend, by: string, lines: readonly string[]): Promise<void> {
    const before = structuredClone([...backend.stacks]);
    const { stopped, ...released } = await release(backend);
    expect(released).toEqual({ release: "", completed: false, stages: [] });
    expect(stopped).toMatchObject({ stack: "staging", by });
    expect(stopped?.findings?.map((finding) => `${finding.check}: ${printFinding(finding)}`)).toEqual(lines);
    expect(stopped?.why).toBe(printFindings(stopped?.findings ?? [], "text"));
    expect([...backend.stacks]).toEqual(before);
  }

  test.each<[string, Parameters<FakeBackend["commit"]>[0], string, string[]]>([
    [
      "by a policy that staging's plan breaks",
      { violations: [{ stack: "staging", resource: "staging-shop", ...violation }] },
      "policy",
      ["policy: staging: staging-shop: breaks certificate-covers-routed-host: another name. Fix: name the host"],
    ],
    [
      "by policies that a production plan breaks",
      { violations: ["acme", "bluegum"].map((resource) => ({ stack: "prod-au", resource, ...violation })) },
      "policy",
      ["acme", "bluegum"].map(
        (name) => `policy: prod-au: ${name}: breaks certificate-covers-routed-host: another name. Fix: name the host`,
      ),
    ],
    [
      "by a program that throws",
      { throws: { "prod-eu": "no zone in eu-west-1" } },
      "plan",
      [
        "plan: prod-eu: cannot be planned: no zone in eu-west-1. " +
          "Fix: correct what the error names, in the program or in Pulumi.prod-eu.yaml",
      ],
    ],
    [
      "by a plan that loses what cannot be made again",
      { resources: (stack) => [queue(stack, "orders", { fifoQueue: true }, ["fifoQueue"])] },
      "lost-state",
      ["staging", "prod-au", "prod-eu"].map(
        (stack) =>
          `lost-state: ${stack}: ${stack}-orders: would be deleted: the orders in it are lost, and its address changes. ` +
          "Fix: keep its logical name, its parent and the properties that force a replacement, or give it an alias",
      ),
    ],
    [
      "by what production has and staging has not",
      { resources: onlyIn("prod-au", queue("prod-au", "extra", {})) },
      "parity",
      [
        `parity: prod-au: ${QUEUE} {stack}-extra: is extra: staging has none. ` +
          "Fix: make both equal, or allow the difference in stacks/parity-contract.ts with its reason",
        `operation-parity: prod-au: ${QUEUE} {stack}-extra: would be created, which staging has not done ` +
          "(what staging would do now). Fix: make the same change in staging first, or allow the operation in " +
          "stacks/parity-contract.ts with its reason",
      ],
    ],
  ])("%s", async (_, change, by, lines) => {
    const backend = await deployed();
    backend.commit({ release: next, ...change });
    await expectStopped(backend, by, lines);
  });

  test("by a replacement in production that loses state, and that staging has not done", async () => {
    const backend = await deployed();
    backend.configure("prod-au", { cidr: "10.9.0.0/16" });
    await expectStopped(backend, "lost-state", [
      "lost-state: prod-au: prod-au: would be deleted: every address, endpoint and container in it is made again, and AWS " +
        "refuses while they are there. Fix: keep its logical name, its parent and the properties that force a " +
        "replacement, or give it an alias",
      "operation-parity: prod-au: aws:ec2/vpc:Vpc {stack}: would be replaced, which staging has not done (what staging " +
        "would do now). Fix: make the same change in staging first, or allow the operation in " +
        "stacks/parity-contract.ts with its reason",
    ]);
  });

  test("by wrong settings, with no release known", async () => {
    const backend = await deployed();
    backend.configure("prod-au", { zones: "9" });
    const { stopped } = await release(backend);
    expect(stopped).toMatchObject({ stack: "staging", by: "plan", findings: [{ check: "plan", stack: "prod-au" }] });
    expect(stopped?.why).toContain(
      "Pulumi.prod-au.yaml order-queue:zones: expected a whole number of availability zones, 2 to 3, got 9",
    );
  });

  test("by a policy pack that does not start, which is no verdict on the change", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    backend.policyPack = "does not start";
    await expect(release(backend)).rejects.toThrow(PolicyPackFailed);
    expect(running(backend)).toEqual(everywhere(first));
  });
});

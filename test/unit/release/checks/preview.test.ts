import { blocking } from "../../../../release/checks/list.ts";
import { type Preview, previewAll } from "../../../../release/checks/preview.ts";
import type { Run } from "../../../../stacks/program.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, quiet, release } from "../fake/orchestrate.ts";

const [first, next] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"];
const names = ["staging", "prod-au", "prod-eu"];
const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const VERIFICATION = "pulumi-nodejs:dynamic/order-queue:Verification";

/** `order-queue preview`, without how long it took. */
async function preview(backend: FakeBackend, run?: Run): Promise<Omit<Preview, "seconds">> {
  const { seconds, ...rest } = await previewAll(new FakeProcess(backend).workspace, quiet, run);
  return rest;
}

const of = <T>(make: (name: string) => T) => Object.fromEntries(names.map((name) => [name, make(name)]));
const urn = (stack: string, type: string, name: string) => `urn:pulumi:${stack}::order-queue::${type}::${name}`;
const update = (stack: string, type: string, name: string, changed: string[]) => ({
  ...{ op: "update", urn: urn(stack, type, name), type, name, replacedBy: [], changed },
});
const replaced = (stack: string, name: string) => ({
  ...{ op: "replace", urn: urn(stack, TASK, `${stack}-${name}`), type: TASK, name: `${stack}-${name}` },
  ...{ replacedBy: ["containerDefinitions"], changed: ["containerDefinitions"] },
});

describe("a preview", () => {
  test("of deployed stacks has verification alone to ask again, and finds nothing", async () => {
    const backend = await deployed();
    const before = structuredClone([...backend.stacks]);
    const seen = await preview(backend);
    const { allowed, gate, notes, ...rest } = seen;
    expect(rest).toEqual({
      stacks: of((name) => ({
        ...{ create: 0, update: 1, replace: 0, delete: 0, same: 10, cost: { before: 0.6, after: 0.6 } },
        steps: [update(name, VERIFICATION, name, ["asked"])],
      })),
      findings: [],
    });
    expect(Object.keys(notes)).toEqual(["parity", "operation-parity", "gate"]);
    expect(rest.stacks["prod-au"]).not.toHaveProperty("error");
    expect(notes["operation-parity"]).toEqual([
      "prod-au: what staging would do now",
      "prod-eu: what staging would do now",
    ]);
    expect(notes.parity).toEqual([
      "allowed:   2 × address ranges must not overlap where networks meet",
      "allowed:   2 × production's logs are kept longer",
    ]);
    expect(notes.gate).toHaveLength(3);
    expect(new Set(allowed.map(({ stack, by }) => `${stack}: ${by}`))).toEqual(
      new Set([
        "prod-au: aws:cloudwatch/logGroup:LogGroup * retentionInDays",
        "prod-au: aws:ec2/vpc:Vpc * cidrBlock",
        "prod-eu: aws:cloudwatch/logGroup:LogGroup * retentionInDays",
        "prod-eu: aws:ec2/vpc:Vpc * cidrBlock",
      ]),
    );
    expect(Object.entries(gate).map(([name, { allowed }]) => [name, allowed])).toEqual(
      names.map((name) => [name, true]),
    );
    expect([...backend.stacks]).toEqual(before);
  });

  test("of another release says what changes, and that its gate is closed, which does not block a release", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    const seen = await preview(backend);
    expect(seen.stacks).toEqual(
      of((name) => ({
        ...{ create: 0, update: 1, replace: 3, delete: 0, same: 7, cost: { before: 0.6, after: 0.6 } },
        steps: [
          replaced(name, "canary"),
          replaced(name, "dispatch"),
          replaced(name, "ingest"),
          update(name, VERIFICATION, name, ["release", "asked"]),
        ],
      })),
    );
    const closed = {
      allowed: false,
      why: `staging has not verified release ${next}`,
      fix: "npx order-queue release",
    };
    expect(seen.gate).toEqual({
      staging: { allowed: true, why: "staging is where releases are verified first" },
      "prod-au": closed,
      "prod-eu": closed,
    });
    const { why: message, fix } = closed;
    expect(seen.findings).toEqual(["prod-au", "prod-eu"].map((stack) => ({ check: "gate", stack, message, fix })));
    expect(blocking(seen.findings)).toEqual([]);
  });

  test("of new stacks creates everything", async () => {
    const { stacks, notes } = await preview(new FakeBackend());
    const counts = Object.values(stacks).map(({ steps, cost, ...count }) => count);
    expect(counts).toEqual(names.map(() => ({ create: 11, update: 0, replace: 0, delete: 0, same: 0 })));
    expect(notes["operation-parity"]).toEqual(["prod-au: first deployment", "prod-eu: first deployment"]);
  });

  test("judges by the settings that a run adds", async () => {
    const backend = await deployed();
    const { gate } = await preview(backend, {
      settings: { "order-queue:breakGlass": JSON.stringify({ release: first, reason: "AU cannot wait" }) },
    });
    expect(gate["prod-au"]).toEqual({
      allowed: true,
      why: `glass is broken for release ${first}`,
      brokenGlass: "AU cannot wait",
    });
  });

  test("names each violation, and still compares the stacks that can be planned", async () => {
    const backend = await deployed();
    const violation = { stack: "prod-au", rule: "queue-is-encrypted", resource: "prod-au-orders", message: "no key" };
    backend.commit({ violations: [violation] });
    const seen = await preview(backend);
    expect(seen.stacks["prod-au"]).toEqual({
      ...{ create: 0, update: 0, replace: 0, delete: 0, same: 0 },
      steps: [],
      error: "refused by policy, 1 violation",
    });
    expect(seen.findings).toEqual([
      expect.objectContaining({ check: "policy", stack: "prod-au", resource: "prod-au-orders" }),
    ]);
    expect(seen.notes["operation-parity"]).toEqual(["prod-eu: what staging would do now"]);
    expect(seen.notes.parity?.[0]).toBe("prod-au was not compared: it cannot be planned");
    expect(Object.keys(seen.gate)).toEqual(names);
  });

  test("has no gate of a stack whose settings are wrong", async () => {
    const backend = await deployed();
    backend.configure("prod-au", { zones: "9" });
    const { gate, stacks } = await preview(backend);
    expect(Object.keys(gate)).toEqual(["staging", "prod-eu"]);
    expect(stacks["prod-au"]?.error).toContain("zones");
  });

  test("counts what is deleted", async () => {
    const backend = new FakeBackend();
    const more = (stack: string) => ({ type: "aws:cloudwatch/logGroup:LogGroup", name: `${stack}-more`, inputs: {} });
    backend.commit({ resources: (stack) => [more(stack)] });
    await release(backend);
    backend.commit({ resources: () => [] });
    const { stacks, findings } = await preview(backend);
    const counts = Object.values(stacks).map(({ steps, cost, ...count }) => count);
    expect(counts).toEqual(names.map(() => ({ create: 0, update: 1, replace: 0, delete: 1, same: 10 })));
    expect(findings).toEqual([]);
  });

  test("says how many seconds it took", async () => {
    const started = performance.now();
    const { seconds } = await previewAll(new FakeProcess(new FakeBackend()).workspace);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds * 1000).toBeLessThanOrEqual(performance.now() - started);
  });
});

import { PolicyPackFailed } from "../../../../release/checks/policy-pack.ts";
import { objections, type Preview, planAll, previewAll } from "../../../../release/plan/preview.ts";
import type { Run } from "../../../../stacks/program.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, quiet } from "../fake/orchestrate.ts";

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
  test("of deployed stacks has verification alone to ask anew, and finds nothing", async () => {
    const backend = await deployed();
    const before = structuredClone([...backend.stacks]);
    const seen = await preview(backend);
    const { parity, gate, ...rest } = seen;
    expect(rest).toEqual({
      stacks: of((name) => ({
        ...{ create: 0, update: 1, replace: 0, delete: 0, same: 9 },
        steps: [update(name, VERIFICATION, name, ["asked"])],
      })),
      policy: { violations: [] },
      hazards: [],
      operations: {
        "prod-au": { unrehearsed: [], why: "what staging would do now" },
        "prod-eu": { unrehearsed: [], why: "what staging would do now" },
      },
    });
    expect({ equal: parity.equal, differences: parity.differences }).toEqual({ equal: true, differences: [] });
    expect(new Set(parity.allowed.map(({ stack, by }) => `${stack}: ${by}`))).toEqual(
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
    expect(objections(seen)).toEqual([]);
    expect([...backend.stacks]).toEqual(before);
  });

  test("of another release says what changes, and that its gate is closed, which is no objection", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    const seen = await preview(backend);
    expect(seen.stacks).toEqual(
      of((name) => ({
        ...{ create: 0, update: 1, replace: 3, delete: 0, same: 6 },
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
      mend: "npx order-queue release",
    };
    expect(seen.gate).toEqual({
      staging: { allowed: true, why: "staging is where releases are proved" },
      "prod-au": closed,
      "prod-eu": closed,
    });
    expect(objections(seen)).toEqual([]);
  });

  test("of new stacks creates everything", async () => {
    const { stacks, operations } = await preview(new FakeBackend());
    const counts = Object.values(stacks).map(({ steps, ...count }) => count);
    expect(counts).toEqual(names.map(() => ({ create: 10, update: 0, replace: 0, delete: 0, same: 0 })));
    expect(operations["prod-au"]).toEqual({ unrehearsed: [], why: "first deployment" });
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

  test("names each violation, and compares and judges no stack that cannot be planned", async () => {
    const backend = await deployed();
    const violation = { stack: "prod-au", rule: "queue-is-encrypted", resource: "prod-au-orders", message: "no key" };
    backend.commit({ violations: [violation] });
    const seen = await preview(backend);
    expect(seen.policy).toEqual({ violations: [violation] });
    expect(seen.stacks["prod-au"]).toEqual({
      ...{ create: 0, update: 0, replace: 0, delete: 0, same: 0 },
      steps: [],
      error: "refused by policy, 1 violation",
    });
    expect(seen.parity.equal).toBe(false);
    expect(Object.keys(seen.operations)).toEqual(["prod-eu"]);
    expect(Object.keys(seen.gate)).toEqual(names);
    expect(objections(seen).map(({ by }) => by)).toEqual(["policy", "policy"]);
  });
});

describe("every stack is planned", () => {
  test("again where it only heard what another one's program threw", async () => {
    const backend = await deployed();
    backend.commit({ throws: { "prod-au": "no zone" } });
    backend.runs.length = 0;
    const lines: string[] = [];
    const planned = await planAll(new FakeProcess(backend).workspace, (line) => void lines.push(line));
    expect([...planned].map(([name, { error, threw }]) => [name, error, threw])).toEqual([
      ["staging", undefined, false],
      ["prod-au", "no zone", true],
      ["prod-eu", undefined, false],
    ]);
    expect(backend.runs.filter((run) => run === "preview prod-au")).toHaveLength(1);
    expect(lines.sort()).toEqual(["prod-au: failed", "prod-eu: 10 resources planned", "staging: 10 resources planned"]);
  });

  test("and each that throws keeps its own reason", async () => {
    const backend = await deployed();
    backend.commit({ throws: { staging: "no image", "prod-eu": "no zone" } });
    const planned = await planAll(new FakeProcess(backend).workspace, quiet);
    expect([...planned].map(([name, { error }]) => [name, error])).toEqual([
      ["staging", "no image"],
      ["prod-au", undefined],
      ["prod-eu", "no zone"],
    ]);
  });

  test.each([
    [
      "does not start",
      '/project/policy: the policy pack could not be started, so no change was judged: could not start policy pack "order-queue".',
    ],
    [
      "takes no part",
      "/project/policy: the policy pack could not be started, so no change was judged: it took no part in the plan of",
    ],
  ] as const)("or none, where the policy pack %s", async (state, message) => {
    const backend = await deployed();
    backend.policyPack = state;
    const planned = planAll(new FakeProcess(backend).workspace, quiet);
    await expect(planned).rejects.toThrow(PolicyPackFailed);
    await expect(planned).rejects.toThrow(message);
  });
});

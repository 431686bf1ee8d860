import { type Updated, UpdateFailed, update } from "../../../../release/promotion/update.ts";
import { readLedger } from "../../../../stacks/ledger.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, historyOf, quiet } from "../fake/orchestrate.ts";

const open = (backend: FakeBackend) => new FakeProcess(backend).workspace;

/** The lines of progress, times left out. */
async function updated(backend: FakeBackend, stack: string): Promise<{ lines: string[]; result: Updated }> {
  const lines: string[] = [];
  const progress = (line: string) => void lines.push(line.replace(/\d+\.\d s/, "? s"));
  return { result: await update(open(backend), stack, { progress, message: "as asked" }), lines };
}

describe("an update", () => {
  test("reports outputs and how many resources it changed, and every 25 resources on its way", async () => {
    const backend = new FakeBackend();
    const topics = Array.from({ length: 42 }, (_, index) => ({
      ...{ type: "aws:sns/topic:Topic", name: `topic-${index}`, inputs: {} },
    }));
    backend.commit({ resources: () => topics });
    const { lines, result } = await updated(backend, "staging");
    expect(lines).toEqual([
      "staging: 25 resources",
      "staging: 50 resources",
      "staging: deployed and verified in ? s (53 create)",
    ]);
    expect({ stack: result.stack, changes: result.changes, release: result.outputs.release }).toEqual({
      stack: "staging",
      changes: { create: 53 },
      release: { value: "aaaaaaaaaaaa", secret: false },
    });
    expect(historyOf(backend, "staging")).toEqual(["succeeded: as asked"]);
  });

  test("that fails has the engine's reason, is in the history, and changes no output", async () => {
    const backend = await deployed();
    const { outputs } = backend.open("prod-au");
    backend.configure("prod-au", { logRetentionDays: "60" });
    backend.commit({ broken: { "prod-au": "acme: expected 200\ngot 503" } });
    await expect(updated(backend, "prod-au")).rejects.toThrow(
      new UpdateFailed("prod-au could not be deployed:\nacme: expected 200\n  got 503"),
    );
    expect(historyOf(backend, "prod-au")[0]).toBe("failed: as asked");
    expect(backend.open("prod-au").outputs).toEqual(outputs);
  });

  test("that the gate refuses changes no resource", async () => {
    const backend = await deployed();
    const { state, outputs } = structuredClone(backend.open("prod-au"));
    backend.commit({ release: "bbbbbbbbbbbb" });
    await expect(updated(backend, "prod-au")).rejects.toThrow(
      new UpdateFailed(
        "prod-au could not be deployed:\nprod-au: staging has not verified release bbbbbbbbbbbb. No resources " +
          "were changed. Fix: npx order-queue release",
      ),
    );
    expect({ state: backend.open("prod-au").state, outputs: backend.open("prod-au").outputs }).toEqual({
      state,
      outputs,
    });
  });

  test("stops before the resource that breaks a rule, by a value that no preview knew", async () => {
    const backend = await deployed();
    backend.configure("prod-au", { logRetentionDays: "60" });
    const broken = { stack: "prod-au", rule: "queue-is-encrypted", resource: "prod-au", unknownInPreview: true };
    backend.commit({ violations: [{ ...broken, message: "set sqsManagedSseEnabled: true" }] });
    await expect(updated(backend, "prod-au")).rejects.toThrow(
      new UpdateFailed(
        "prod-au could not be deployed:\npolicy: 1 finding\n  prod-au: prod-au: breaks queue-is-encrypted: set " +
          "sqsManagedSseEnabled: true. Fix: change what the program registers, so that it keeps queue-is-encrypted",
      ),
    );
    expect(backend.open("prod-au").state.find(({ type }) => type.endsWith(":LogGroup"))?.inputs).toEqual({
      retentionInDays: 90,
    });
  });

  test("whose policy pack does not start changes nothing", async () => {
    const backend = await deployed();
    backend.policyPack = "does not start";
    await expect(updated(backend, "prod-au")).rejects.toMatchObject({
      message: 'prod-au could not be deployed:\ncould not start policy pack "order-queue"',
      outcome: "not started",
    });
  });

  test("of a stack that another machine updates is refused, and leaves that machine's lock", async () => {
    const backend = await deployed();
    backend.lockFor("prod-au", () => "free");
    await expect(updated(backend, "prod-au")).rejects.toThrow("the stack is currently locked by 1 lock(s)");
    expect(backend.open("prod-au").lock).toBeDefined();
  });

  test("passes the gate by broken glass once, with the reason in outputs and ledger", async () => {
    const backend = await deployed();
    const reason = "AU cannot wait for staging: orders are given up too late";
    backend.commit({ release: "bbbbbbbbbbbb" });
    backend.configure("prod-au", { breakGlass: JSON.stringify({ release: "bbbbbbbbbbbb", reason }) });
    await update(open(backend), "prod-au", { progress: quiet });
    const { outputs } = backend.open("prod-au");
    expect({ release: outputs.release, brokenGlass: outputs.brokenGlass }).toEqual({
      release: "bbbbbbbbbbbb",
      brokenGlass: reason,
    });
    expect(readLedger(outputs.ledger).verified[0]).toMatchObject({ release: "bbbbbbbbbbbb", brokenGlass: reason });
    backend.commit({ release: "cccccccccccc" });
    await expect(updated(backend, "prod-au")).rejects.toThrow("staging has not verified release cccccccccccc");
  });

  test("without a message has the commit's subject in its history", async () => {
    const backend = new FakeBackend();
    backend.commit({ subject: "nine attempts" });
    await update(open(backend), "staging", { progress: quiet });
    expect(historyOf(backend, "staging")).toEqual(["succeeded: nine attempts"]);
  });
});

import { noteDrift } from "../../../../../release/operate/drift.ts";
import { FakeBackend } from "../../fake/backend.ts";
import { FakeProcess, rawUp } from "../../fake/engine.ts";
import { deployed, interruptedRelease, release } from "../../fake/orchestrate.ts";
import { fakeReader } from "../../fake/reader.ts";
import { statusIn, statusOfAll } from "./fixture.ts";

const [first, next] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"];
const HOUR = 3_600_000;

describe("the status of a stack", () => {
  test("has what runs, since when, and that nothing needs attention", async () => {
    const backend = await deployed();
    const [status] = [await statusIn(backend, "prod-au")];
    const at = (backend.open("prod-au").outputs.ledger as { verified: { at: string }[] }).verified[0]?.at;
    expect(status).toEqual({
      ...{ stack: "prod-au", region: "ap-southeast-2", verified: true },
      running: {
        ...{ release: first, image: `sha256:${first}`, commit: "c1".padEnd(40, "0"), subject: "as it is" },
        ...{ at, inStaging: true },
      },
      lastUpdate: { version: 1, kind: "update", result: "succeeded", message: `release ${first}`, endTime: at },
      ...{ ahead: [], pending: [], locks: [], alarms: [], unread: [], attention: [] },
      gate: { allowed: true, why: `prod-au ran and verified release ${first} at ${at}` },
    });
  });

  test("before its first update says so", async () => {
    const { stacks } = await statusOfAll(new FakeBackend());
    expect(stacks.map(({ stack, verified, attention }) => [stack, verified, attention])).toEqual(
      ["staging", "prod-au", "prod-eu"].map((stack) => [
        stack,
        false,
        [{ message: "is not deployed", fix: "npx order-queue release" }],
      ]),
    );
  });

  test("runs its release since that came, however often it was verified again", async () => {
    const backend = await deployed();
    const { running: before } = await statusIn(backend, "prod-au");
    backend.configure("prod-au", { logRetentionDays: "30" });
    backend.pass(HOUR);
    await release(backend);
    const { running, lastUpdate } = await statusIn(backend, "prod-au");
    expect([running?.at, lastUpdate?.version]).toEqual([before?.at, 2]);
  });

  test("has what staging has verified beyond it, and whether the transition was rehearsed", async () => {
    const backend = await deployed();
    backend.commit({ release: next, subject: "a better queue", broken: { "prod-au": "no order came back" } });
    await release(backend);
    const { ahead, gate, attention } = await statusIn(backend, "prod-eu");
    expect(ahead).toEqual([
      {
        ...{ release: next, commit: "c2".padEnd(40, "0"), subject: "a better queue" },
        at: expect.any(String),
        rehearsed: true,
      },
    ]);
    expect(gate).toMatchObject({ allowed: true, why: expect.stringContaining(`rehearsed ${first} → ${next}`) });
    expect(attention).toEqual([]);
  });

  test("says what a new working tree lacks at the gate, which is no reason for attention", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    const { gate, attention } = await statusIn(backend, "prod-au");
    expect(gate).toEqual({
      ...{ allowed: false, why: `staging has not verified release ${next}`, fix: "npx order-queue release" },
    });
    expect(attention).toEqual([]);
  });

  test("has the freeze that holds, also where the gate lets what runs pass", async () => {
    const backend = await deployed();
    const freeze = JSON.stringify([{ from: "Tue 00:00", to: "Wed 00:00", reason: "a sale" }]);
    backend.configure("prod-au", { freeze });
    expect(await statusIn(backend, "prod-au")).toMatchObject({
      gate: { allowed: true },
      frozen: { reason: "a sale", until: "2026-07-29T00:00:00.000Z" },
    });
  });
});

describe("a stack needs attention", () => {
  const attention = async (backend: FakeBackend, stack = "prod-au") => (await statusIn(backend, stack)).attention;

  test("while an alarm is raised", async () => {
    const backend = await deployed();
    backend.raise("prod-au", "prod-au-no-healthy-target", "1 datapoint was below 1");
    expect(await attention(backend)).toEqual([
      {
        message: expect.stringMatching(
          /^alarm prod-au-no-healthy-target since 2026-07-28T\S+: 1 datapoint was below 1$/,
        ),
        fix: "npx order-queue diagnose prod-au",
      },
    ]);
  });

  test("after a failed update", async () => {
    const backend = await deployed();
    backend.commit({ release: next, throws: { staging: "no such zone" } });
    await rawUp(backend, new FakeProcess(backend), "staging").catch(() => {});
    const [one] = await attention(backend, "staging");
    expect(one?.message).toMatch(/^update 2 failed at 2026-/);
    expect((await statusIn(backend, "staging")).verified).toBe(false);
  });

  test("after a partial update", async () => {
    const backend = await deployed();
    await rawUp(backend, new FakeProcess(backend), "staging", "aws:sqs/queue:Queue");
    expect(await attention(backend, "staging")).toEqual([
      {
        message: `the last update, of release ${first}, was partial: pulumi up --target leaves out resources`,
        fix: "npx order-queue release, which updates every resource",
      },
    ]);
    expect((await statusIn(backend, "staging")).verified).toBe(false);
  });

  test("where an interrupted update has left its lock and operations", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    backend.killUpdate("prod-au", 1, { after: 1 });
    await interruptedRelease(backend);
    backend.open("prod-au").pending = [{ type: "creating", resource: { urn: "urn:of-a-queue" } }];
    expect(await attention(backend)).toEqual([
      {
        message: "1 pending operations of an interrupted update, the first creating urn:of-a-queue",
        fix: "pulumi refresh -s prod-au, which asks about each",
      },
      {
        message: expect.stringMatching(
          /^locked by operator@elsewhere \(process 7\) since 2026-\S+, whose process no longer runs$/,
        ),
        fix: "pulumi cancel prod-au",
      },
    ]);
  });

  test("where it has been locked for longer than an update takes, and not before", async () => {
    const backend = await deployed();
    backend.lockFor("prod-au", () => "held");
    backend.open("prod-au").pending = [{ type: "creating", resource: { urn: "urn:of-a-queue" } }];
    backend.pass(4 * HOUR);
    expect(await attention(backend)).toEqual([]);
    backend.pass(1);
    expect((await attention(backend)).map(({ fix }) => fix)).toEqual(["pulumi cancel prod-au"]);
  });

  test("after a check found drift, or failed, or was not made for two nights", async () => {
    const backend = await deployed();
    const { workspace } = new FakeProcess(backend);
    const at = Date.parse("2026-07-28T02:00:00.000Z");
    const fix = "npx order-queue drift prod-au";
    const drift = { stack: "prod-au", resources: [], differences: [] };
    const gone = { type: "aws:sqs/queue:Queue", name: "prod-au-orders", what: "gone" as const, properties: [] };
    await noteDrift(workspace, { ...drift, resources: [gone] }, at);
    expect(await attention(backend)).toEqual([
      { message: "drift: 1 differences from AWS at 2026-07-28T02:00:00.000Z", fix },
    ]);
    await noteDrift(workspace, { ...drift, error: "AccessDenied" }, at);
    expect(await attention(backend)).toEqual([{ message: "the drift check at 2026-07-28T02:00:00.000Z failed", fix }]);
    await noteDrift(workspace, drift, at);
    expect(await attention(backend)).toEqual([]);
    backend.pass(50 * HOUR);
    expect(await attention(backend)).toEqual([{ message: "drift was last checked at 2026-07-28T02:00:00.000Z", fix }]);
  });

  test("while it runs a release that passed the gate by breaking glass, until staging has verified it", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    backend.configure("prod-au", { breakGlass: JSON.stringify({ release: next, reason: "AU takes no orders" }) });
    await rawUp(backend, new FakeProcess(backend), "prod-au");
    expect(await attention(backend)).toEqual([
      {
        message: `release ${next} passed the gate by breaking glass: AU takes no orders`,
        fix: "npx order-queue release, which verifies what runs in staging",
      },
    ]);
    await rawUp(backend, new FakeProcess(backend), "staging");
    expect(await attention(backend)).toEqual([]);
  });

  test("where its stack file is wrong", async () => {
    const backend = await deployed();
    backend.configure("prod-au", { zones: "7" });
    const [one] = await attention(backend);
    expect(one?.message).toContain("order-queue:zones");
    expect((await statusIn(backend, "prod-eu")).attention).toEqual([]);
  });

  test("where something cannot be read, and the rest is read", async () => {
    const backend = await deployed();
    const reader = fakeReader(backend);
    const tags = async () => {
      throw new Error("AccessDenied\nmore of it\nand more");
    };
    const status = await statusIn(backend, "prod-au", { ...reader, tags });
    expect(status.attention.map(({ message }) => message)).toEqual([
      "the stack's tags cannot be read: AccessDenied more of it",
    ]);
    expect(status.running?.release).toBe(first);
  });
});

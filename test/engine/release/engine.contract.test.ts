import { FakeSubject, namer, RealSubject, records, type Subject } from "./contract-subjects.ts";

/**
 * The same commands, one after the other, on the real engine and on the in-memory engine of the unit tests: both must
 * report and record the same. Each test continues where the one before it stopped.
 */
const minutes = 120_000;
let fake: FakeSubject;
let real: RealSubject;
const subjects: { subject: Subject; named: ReturnType<typeof namer> }[] = [];

/** Does a step on both engines; their results, which must be equal, with releases and commits by order of appearance. */
async function both<T>(step: (subject: Subject) => T | Promise<T>): Promise<T> {
  const [onFake, onReal] = await Promise.all(
    subjects.map(async ({ subject, named }) => named({ result: await step(subject) }).result),
  );
  expect(onReal).toEqual(onFake);
  return onReal as T;
}

describe("releases on the real engine and on the in-memory one", () => {
  beforeAll(async () => {
    [fake, real] = await Promise.all([FakeSubject.open(), RealSubject.open()]);
    for (const subject of [fake, real]) subjects.push({ subject, named: namer() });
  }, 5 * minutes);
  afterAll(() => real?.project.remove(), minutes);

  test("both begin with the same three stacks, which plain updates deployed", async () => {
    const [staging, ...production] = await both(records);
    expect(staging?.history).toHaveLength(2);
    for (const { history } of production) expect(history).toHaveLength(1);
  }, 120_000);

  test(
    "the gate refuses a raw pulumi up of production, and no resource is changed",
    async () => {
      const refused = await both(async (subject) => {
        subject.commit("fewer receives");
        const before = await subject.resources("prod-eu");
        const refusal = await subject.up("prod-eu");
        expect(await subject.resources("prod-eu")).toEqual(before);
        return refusal;
      });
      expect(refused).toMatch(/^prod-eu: staging has not verified release #\d+\. No resources were changed\. /);
    },
    minutes,
  );

  test(
    "a release that is interrupted in the roll-out resumes; a raw pulumi up may do the rest",
    async () => {
      const resumed = await both(async (subject) => {
        await subject.interrupt(/^prod-au: updated/);
        const refusal = await subject.up("prod-eu");
        return { refusal, ...(await subject.release()) };
      });
      expect(resumed).toMatchObject({
        completed: true,
        stages: expect.arrayContaining([expect.objectContaining({ stack: "prod-eu", what: "unchanged" })]),
      });
      const [staging] = await both(records);
      expect(staging?.transitions).toHaveLength(1);
    },
    7 * minutes,
  );

  test(
    "a bad release is stopped in staging and rolled back; production is not touched",
    async () => {
      const { stopped, stages } = await both(async (subject) => {
        subject.commit("another release answers");
        const { stopped: why, ...report } = await subject.release();
        expect(why?.why).toContain("expected release");
        return { ...report, stopped: why && { stack: why.stack, by: why.by } };
      });
      expect(stopped).toEqual({ stack: "staging", by: "verification" });
      expect(stages).toMatchObject([{ stack: "staging", what: "rolled back" }]);
      await both(records);
      expect(await real.project.orderQueue("verify", "staging")).toMatch(/^staging is what its last update says\.$/m);
    },
    4 * minutes,
  );

  test(
    "broken glass lets one release pass, with the reason in outputs and history",
    async () => {
      const why = "AU cannot wait for staging: orders are given up too late";
      const passed = await both(async (subject) => {
        subject.commit("fewer receives at once");
        const refusal = await subject.up("prod-au");
        const asked = /release ([0-9a-f]{12})/.exec(refusal ?? "")?.[1] ?? "";
        subject.breakGlass(asked, why);
        const again = await subject.up("prod-au");
        const { verified } = await subject.ledger("prod-au");
        return { again, glass: await subject.output("prod-au", "brokenGlass"), noted: verified[0]?.brokenGlass };
      });
      expect(passed).toEqual({ glass: why, noted: why });
      expect(await real.configOf("prod-au")).toContain(why);
      await both(records);
    },
    3 * minutes,
  );

  test("no stack file is changed, and no worktree is left behind", () => {
    expect(real.project.changes()).toBe("");
    expect(real.worktrees()).toHaveLength(1);
  });
});

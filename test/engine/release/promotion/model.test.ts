/**
 * What the model of test/unit/release/promotion/model.test.ts is tried with, on the real engine too: both must do and record
 * the same. It takes minutes a sequence, so that it runs only when asked: ORDER_QUEUE_REPLAYS says how many sequences,
 * ORDER_QUEUE_SEED which ones.
 */
import fc from "fast-check";
import { FakeSubject, type Letter, letters, namer, RealSubject, records, type Subject } from "../contract-subjects.ts";

const replays = Number(process.env.ORDER_QUEUE_REPLAYS ?? 0);
const seed = Number(process.env.ORDER_QUEUE_SEED ?? 1);
const asked = replays > 0 ? test : test.skip;

interface Step {
  what: string;
  take(subject: Subject): Promise<unknown>;
}

const stacks = ["staging", "prod-au", "prod-eu"];
const commits = ["a", "b", "c", "d"].map((letter) => ({
  what: `commit of release ${letter}`,
  take: async (subject: Subject) => subject.commitRelease(letter as Letter),
}));
const ups = stacks.map((stack) => ({ what: `up of ${stack}`, take: (subject: Subject) => subject.up(stack) }));
const partial = stacks.map((stack) => ({
  what: `up of ${stack}'s log groups alone`,
  take: (subject: Subject) => subject.up(stack, "LogGroup"),
}));
const rollbacks = stacks.map((stack) => ({
  what: `rollback of ${stack}`,
  take: (subject: Subject) => subject.rollback(stack),
}));
const settings = stacks.map((stack) => ({
  what: `settings of ${stack}`,
  take: async (subject: Subject) => subject.configure(stack, "60"),
}));
const release: Step = { what: "release", take: (subject) => subject.release() };
/** Lines that a release prints before it does what they say. */
const points = [
  ...[/^staging: \d+ resources planned/, /^prod-eu: \d+ resources planned/, /^staging: back to /, /^staging: \w+ → /],
  ...[/^staging: 25 resources/, /^staging: 150 resources/, /^staging: rehearsed/],
  ...[/^prod-au: 25 resources/, /^prod-au: 150 resources/, /^prod-au: updated/],
];

const sequence = fc
  .tuple(
    fc.constantFrom(...commits.slice(1)),
    fc.array(
      fc.oneof(
        { weight: 2, arbitrary: fc.constantFrom<Step>(...commits) },
        { weight: 3, arbitrary: fc.constantFrom<Step>(...ups) },
        { weight: 2, arbitrary: fc.constantFrom<Step>(...partial) },
        { weight: 2, arbitrary: fc.constantFrom<Step>(...rollbacks) },
        { weight: 1, arbitrary: fc.constantFrom<Step>(...settings) },
        { weight: 3, arbitrary: fc.constant(release) },
      ),
      { minLength: 2, maxLength: 5 },
    ),
  )
  .map(([first, rest]): Step[] => [first, ...rest]);

describe("on the real engine", () => {
  asked(
    "sequences of what people do end as they do on the in-memory engine",
    async () => {
      for (const [index, steps] of fc.sample(sequence, { numRuns: replays, seed }).entries()) {
        const [fake, real] = await Promise.all([FakeSubject.open(), RealSubject.open()]);
        const subjects = [fake, real].map((subject) => ({ subject, named: namer() }));
        try {
          const taken: string[] = [];
          for (const { what, take } of [...steps, { what: "what is recorded", take: records }]) {
            taken.push(what);
            const [onFake, onReal] = await Promise.all(
              subjects.map(async ({ subject, named }) => named({ result: await take(subject) })),
            );
            expect({ taken, ...onReal }).toEqual({ taken, ...onFake });
          }
          process.stderr.write(`${index + 1} of ${replays}: ${taken.slice(0, -1).join(", ")}\n`);
        } finally {
          await real.project.remove();
        }
      }
    },
    replays * 600_000,
  );

  asked(
    "a release that is killed with -9 resumes, whatever it was doing",
    async () => {
      const subject = await RealSubject.open();
      try {
        for (const [index, at] of points.entries()) {
          // Each is a release of its own: what was rehearsed before goes no way back again.
          subject.commitRelease(letters[index + 1] ?? "b");
          await subject.interrupt(at);
          const { completed, stopped } = await subject.release();
          expect({ at: `${at}`, completed, stopped }).toEqual({ at: `${at}`, completed: true });
          process.stderr.write(`killed at ${at}, and resumed\n`);
        }
      } finally {
        await subject.project.remove();
      }
    },
    points.length * 600_000,
  );
});

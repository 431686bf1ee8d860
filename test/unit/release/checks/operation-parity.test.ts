import { operationParity } from "../../../../release/checks/operation-parity.ts";
import type { Step } from "../../../../release/plan/graph.ts";
import type { Planned } from "../../../../release/plan/plan.ts";
import { emptyLedger, enterVerified, type Ledger, type Verified } from "../../../../stacks/ledger.ts";
import type { Observed } from "../../../../stacks/program.ts";
import { plan, plannedAs, resource } from "./plans.ts";

const QUEUE = "aws:sqs/queue:Queue";
const [old, next] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"];

/** The ledger of a staging that verified these releases in this order, each with the same operations. */
const ran = (releases: string[], operations?: string[]): Ledger =>
  releases
    .map((release): Verified => ({ release, image: "sha256:0", dirty: false, at: "now", checks: 4, operations }))
    .reduce(enterVerified, emptyLedger);
const rehearsed = (operations?: string[]) => ran([old, next, old, next], operations);

/** A stack whose queue `orders` the plan replaces, or does otherwise. */
function planned(op: Step["op"], more: Partial<Planned> = {}): Planned {
  const queue = resource(QUEUE, "orders");
  const step = { op, urn: queue.urn, type: QUEUE, name: "orders", replacedBy: [], changed: [] };
  return plannedAs({ plan: plan([queue], { steps: [step] }), ...more });
}

/** What prod-au's program saw: the release it is planned to take, the one it runs, and staging's. */
const saw = (from: string | undefined, to: string, ledger: Ledger, ofStaging?: string) => ({
  observed: { release: to, records: { own: { running: from }, staging: { running: ofStaging, ledger } } } as Observed,
});

const judge = (staging: Planned | undefined, here: Planned) => {
  const plans = new Map([...(staging ? [["staging", staging] as const] : []), ["prod-au", here]]);
  return { findings: operationParity.judge(plans), notes: operationParity.notes?.(plans) };
};
const found = (basis: string) => ({
  findings: [
    {
      check: "operation-parity",
      stack: "prod-au",
      resource: `${QUEUE} orders`,
      message: `would be replaced, which staging has not done (${basis})`,
      fix: "make the same change in staging first, or allow the operation in stacks/parity-contract.ts with its reason",
    },
  ],
  notes: [`prod-au: ${basis}`],
});
const none = (basis: string) => ({ findings: [], notes: [`prod-au: ${basis}`] });
const rehearsal = `staging's rehearsal of ${old} → ${next}`;
const now = "what staging would do now";

describe("operation-parity in a transition that staging rehearsed", () => {
  test("finds what the rehearsal did not do", () => {
    const here = planned("replace", saw(old, next, rehearsed([`create ${QUEUE} orders`]), next));
    expect(judge(planned("same"), here)).toEqual(found(rehearsal));
  });

  test("accepts what the rehearsal did, what staging would do now, and what the contract allows", () => {
    const did = saw(old, next, rehearsed([`replace ${QUEUE} orders`]), next);
    expect(judge(planned("same"), planned("replace", did))).toEqual(none(rehearsal));
    const other = saw(old, next, rehearsed([]), next);
    expect(judge(planned("replace"), planned("replace", other))).toEqual(none(rehearsal));
    const definition = resource("aws:ecs/taskDefinition:TaskDefinition", "ingest");
    const { urn, type, name } = definition;
    const steps: Step[] = [{ op: "replace", urn, type, name, replacedBy: [], changed: [] }];
    expect(judge(planned("same"), { ...planned("same", other), plan: plan([definition], { steps }) })).toEqual(
      none(rehearsal),
    );
  });

  test("leaves out what staging would do now where staging's plan failed", () => {
    const here = planned("replace", saw(old, next, rehearsed([]), next));
    expect(judge(planned("replace", { error: "no zone" }), here)).toEqual(found(rehearsal));
  });
});

describe("operation-parity without a rehearsal compares with what staging would do now", () => {
  test("where staging runs the same release", () => {
    const here = planned("replace", saw(old, next, ran([old]), old));
    expect(judge(planned("same"), here)).toEqual(found(now));
    expect(judge(planned("replace"), here)).toEqual(none(now));
  });

  test("where settings alone change, and with what they did in staging within the release", () => {
    const here = planned("replace", saw(old, old, ran([old, old], [`replace ${QUEUE} orders`]), next));
    expect(judge(planned("same"), here)).toEqual(none(now));
    expect(judge(planned("same"), planned("replace", saw(old, old, ran([old]), next)))).toEqual(found(now));
  });
});

describe("operation-parity judges nothing", () => {
  test("in a transition that staging has not made, which it notes", () => {
    const here = planned("replace", saw(old, next, ran([next]), next));
    expect(judge(planned("same"), here)).toEqual(
      none(`not judged: staging has not made the transition ${old} → ${next}`),
    );
  });

  test("in a first deployment, and where the plan says no release, which it notes", () => {
    expect(judge(planned("same"), planned("replace", saw(undefined, next, ran([next]), next)))).toEqual(
      none("first deployment"),
    );
    expect(judge(planned("same"), planned("replace"))).toEqual(
      none("not judged: the plan failed before its release was known"),
    );
  });

  test("of staging, without staging's plan, and of a stack that cannot be planned", () => {
    const here = planned("replace", saw(old, next, rehearsed([]), next));
    const nothing = { findings: [], notes: [] };
    expect(judge(undefined, here)).toEqual(nothing);
    expect(judge(planned("same"), { ...here, error: "no zone" })).toEqual(nothing);
    const staging = planned("replace", saw(old, next, rehearsed([]), next));
    const plans = new Map([["staging", staging]]);
    expect([operationParity.judge(plans), operationParity.notes?.(plans)]).toEqual([[], []]);
  });
});

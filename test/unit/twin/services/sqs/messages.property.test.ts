import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { handleOf, type QueueAttributes } from "../../../../../twin/services/sqs/model.ts";
import { Queues } from "../../../../../twin/services/sqs/queues.ts";

/**
 * A queue of lists, by AWS's pages alone: SQS developer guide, "FIFO queue delivery logic", "Exactly-once processing",
 * "Amazon SQS visibility timeout", "Using dead-letter queues". Which group comes first AWS leaves open, so no step asks for
 * fewer messages than there may be.
 */
interface Sent {
  id: string;
  group: string;
  visibleAt: number;
  receives: number;
}

const region = "eu-west-1";
const timeoutSeconds = 30;
const most = 10;
const maxReceives = 3;

type Step =
  | { do: "send"; group: string; dedup: string }
  | { do: "receive" }
  | { do: "delete"; which: number }
  | { do: "return"; which: number }
  | { do: "wait"; seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ do: fc.constant("send" as const), group: fc.constantFrom("a", "b") },
      dedup: fc.constantFrom("1", "2", "3", "4"),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "receive" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("return" as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 30, 299, 301) }) },
);

let folder: string;
let now: number;
let queues: Queues;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "order-queue-sqs-"));
  now = 1_800_000_000_000;
  queues = new Queues(folder, "123456789012", () => now);
});
afterEach(() => {
  queues.close();
  rmSync(folder, { recursive: true });
});

test.each([true, false])("any sequence of calls does what the pages say of a queue (FIFO: %s)", (fifo) => {
  let runs = 0;
  const run = (steps: readonly Step[]) => {
    runs += 1;
    const suffix = fifo ? ".fifo" : "";
    const kind: QueueAttributes = fifo ? { FifoQueue: "true" } : {};
    const dead = queues.create({ name: `dead-${runs}${suffix}`, region, attributes: kind });
    const redrive = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: maxReceives });
    const attributes = { ...kind, VisibilityTimeout: String(timeoutSeconds), RedrivePolicy: redrive };
    const queue = queues.create({ name: `orders-${runs}${suffix}`, region, attributes });
    const { messages } = queues;
    let held: Sent[] = [];
    let buried: string[] = [];
    const known = new Map<string, { id: string; at: number }>();
    let handles: { id: string; handle: string; until: number }[] = [];

    /** The messages that a receive of all of them returns; those received too often are buried. */
    const received = (): Sent[] => {
      const blocked = new Set<string>();
      const found = held.filter((one) => {
        if (one.visibleAt > now) {
          if (fifo) blocked.add(one.group);
          return false;
        }
        return !blocked.has(one.group);
      });
      const dying = found.filter(({ receives }) => receives >= maxReceives);
      buried = [...buried, ...dying.map(({ id }) => id)];
      held = held.filter((one) => !dying.includes(one));
      return found.filter((one) => !dying.includes(one));
    };
    const steadily: Record<Step["do"], (step: never) => void> = {
      send: ({ group, dedup }: { group: string; dedup: string }) => {
        if (held.length === most) return;
        const body = `${group} ${dedup}`;
        const { id } = messages.send(queue, { body, groupId: group, ...(fifo && { dedupId: dedup }) });
        const before = known.get(dedup);
        if (fifo && before && now - before.at <= 300_000) return void expect(id).toBe(before.id);
        expect([...held.map((one) => one.id), ...buried]).not.toContain(id);
        known.set(dedup, { id, at: now });
        held.push({ id, group, visibleAt: now, receives: 0 });
      },
      receive: () => {
        const wanted = received();
        const got = messages.receive(queue, most);
        expect(got.map(({ id }) => id).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
        for (const group of fifo ? ["a", "b"] : [])
          expect(got.filter(({ groupId }) => groupId === group).map(({ id }) => id)).toEqual(
            wanted.filter((one) => one.group === group).map(({ id }) => id),
          );
        for (const one of wanted)
          Object.assign(one, { visibleAt: now + timeoutSeconds * 1000, receives: one.receives + 1 });
        expect(got.map(({ id, receives }) => [id, receives]).toSorted()).toEqual(
          wanted.map(({ id, receives }) => [id, receives]).toSorted(),
        );
        const fresh = got.map(({ id, sequence, receipt }) => ({
          ...{ id, until: now + timeoutSeconds * 1000 },
          handle: handleOf({ queue: queue.arn, sequence, receipt }),
        }));
        handles = [...handles.filter(({ id }) => !fresh.some((one) => one.id === id)), ...fresh];
      },
      delete: ({ which }: { which: number }) => {
        const chosen = handles[which % Math.max(handles.length, 1)];
        if (!chosen || !held.some(({ id }) => id === chosen.id)) return;
        if (fifo && chosen.until <= now)
          return void expect(() => messages.remove(queue, chosen.handle)).toThrow("The receipt handle has expired.");
        messages.remove(queue, chosen.handle);
        held = held.filter(({ id }) => id !== chosen.id);
      },
      return: ({ which }: { which: number }) => {
        const chosen = handles[which % Math.max(handles.length, 1)];
        const one = held.find(({ id }) => id === chosen?.id);
        if (!chosen || !one || chosen.until <= now) return;
        messages.changeVisibility(queue, chosen.handle, 0);
        one.visibleAt = now;
        chosen.until = now;
      },
      wait: ({ seconds }: { seconds: number }) => {
        now += seconds * 1000;
      },
    };
    for (const one of steps) {
      steadily[one.do](one as never);
      const { visible, inFlight } = messages.depth(queue.arn);
      expect(visible + inFlight).toBe(held.length);
      expect(visible).toBe(held.filter(({ visibleAt }) => visibleAt <= now).length);
    }
    expect(
      messages
        .last(dead.arn, 100)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(buried.toSorted());
  };
  fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), run), { numRuns: 60 });
});

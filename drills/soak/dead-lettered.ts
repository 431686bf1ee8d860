/** What lies in the stacks' dead-letter queues, and why: read as a redrive does. */
import { MOVED_BY_SQS } from "../../release/operate/redrive/messages.ts";
import { openQueues } from "../../release/operate/redrive/redrive.ts";
import type { WorkspaceLocation } from "../../release/workspace/stack.ts";
import type { DeadLetter } from "./judgement.ts";

/** A message is invisible for a while once it was read, so that none is read twice. */
export async function readDeadLetters(location: WorkspaceLocation, stacks: readonly string[]): Promise<DeadLetter[]> {
  return (await Promise.all(stacks.map((stack) => readStack(location, stack)))).flat();
}

async function readStack(location: WorkspaceLocation, stack: string): Promise<DeadLetter[]> {
  const queues = await openQueues(location, stack);
  const letters: DeadLetter[] = [];
  try {
    for (let found = await queues.receive(); found.length > 0; found = await queues.receive())
      for (const { store, orderId, reason } of found)
        letters.push({ key: `${store}/${orderId}`, stack, reason: reason === MOVED_BY_SQS ? undefined : reason });
  } finally {
    queues.close();
  }
  return letters;
}

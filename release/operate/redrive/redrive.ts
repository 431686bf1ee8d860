import { findStack } from "../../../stacks/registry.ts";
import { deployedResources, NotDeployed } from "../../plan/deployed.ts";
import { workspaceOf } from "../../workspace/automation.ts";
import { clientSettings } from "../../workspace/aws.ts";
import type { WorkspaceLocation } from "../../workspace/stack.ts";
import { Pass, type PassOptions, type PassResult } from "./pass.ts";
import { RedriveQueues } from "./queues.ts";

/** What a redrive found and did. */
export interface Redriven extends PassResult {
  stack: string;
  /** As in {@link PassOptions}. */
  store?: string;
  /** Whether messages were only counted. */
  dryRun: boolean;
  seconds: number;
}

/**
 * Sends dead-lettered messages of a stack back to its queue of orders. SQS's own StartMessageMoveTask takes all or nothing: it
 * cannot choose by store (API_StartMessageMoveTask.html). A message is deleted only after the queue of orders has it;
 * what breaks off between the two leaves it in both, and its ERP knows it by its Idempotency-Key.
 *
 * @throws Error where the stack is not deployed, or SQS does not answer
 */
export async function redrive(location: WorkspaceLocation, stack: string, options: PassOptions): Promise<Redriven> {
  const started = performance.now();
  const queues = await openQueues(location, stack);
  try {
    const result = await new Pass(queues, options).run();
    const seconds = (performance.now() - started) / 1000;
    const { store, yes = false } = options;
    return { stack, ...(store !== undefined && { store }), dryRun: !yes, ...result, seconds };
  } finally {
    queues.close();
  }
}

/** The queues of a stack, as its last update left them. @throws {NotDeployed} */
export async function openQueues(location: WorkspaceLocation, name: string): Promise<RedriveQueues> {
  const stack = (await deployedResources(workspaceOf(location).engine, name)).find(
    ({ type }) => type === "pulumi:pulumi:Stack",
  );
  const { queueUrl, deadLetterQueueUrl } = stack?.outputs ?? {};
  if (!queueUrl || !deadLetterQueueUrl) throw new NotDeployed(name);
  const settings = { ...clientSettings(location, findStack(name).region, "SQS"), maxAttempts: 3 };
  return new RedriveQueues(settings, { orders: queueUrl, deadLetters: deadLetterQueueUrl });
}

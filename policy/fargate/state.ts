/** What cannot be made again is not deleted by mistake. */

import { stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";
import { isDeadLetterQueue } from "./queues.ts";

/**
 * Whether the stack's settings ask for protection. A policy does not see settings; it sees what they did to any of the
 * resources that hold state: where one is protected, all are to be.
 */
function isProtected(stack: Stack): boolean {
  return (
    stack.all("aws:lb/loadBalancer:LoadBalancer").some(({ props }) => props.enableDeletionProtection) ||
    stack.all("aws:sqs/queue:Queue").some(({ opts }) => opts.protect) ||
    stack.all("aws:ecr/repository:Repository").some(({ opts }) => opts.protect)
  );
}

const description =
  "Where a stack's state is protected against deletion, all of it is: load balancer, queues of orders, registry.";

export const queueIsProtected = stackRule({
  name: "state-queue-is-protected",
  description,
  on: "aws:sqs/queue:Queue",
  check: (queue, report, stack) => {
    const holdsOrders =
      queue.refersTo("redrivePolicy", "aws:sqs/queue:Queue").length > 0 || isDeadLetterQueue(queue, stack);
    if (holdsOrders && isProtected(stack) && !queue.opts.protect) report("set protect: true in its options");
  },
});

export const registryIsProtected = stackRule({
  name: "state-registry-is-protected",
  description,
  on: "aws:ecr/repository:Repository",
  check: (repository, report, stack) => {
    if (isProtected(stack) && !repository.opts.protect) report("set protect: true in its options");
  },
});

export const loadBalancerIsProtected = stackRule({
  name: "state-load-balancer-is-protected",
  description,
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: (balancer, report, stack) => {
    if (isProtected(stack) && !balancer.props.enableDeletionProtection) report("set enableDeletionProtection: true");
  },
});

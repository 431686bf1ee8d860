/** Events of AWS are sent to the alarms' topic. */
import { resourceRule, stackRule } from "../rule.ts";
import { intersects } from "../stack.ts";
import { parse } from "../types.ts";

/** The part of an event pattern that rules look at. */
interface Pattern {
  readonly "detail-type"?: readonly string[];
  readonly detail?: Readonly<Record<string, readonly unknown[]>>;
}

/** What a rule for stopped containers may ask for: anything else would keep some stops to itself. */
const open = ["clusterArn", "lastStatus", "stoppedReason"];

/**
 * Service events do not stand in for it: a container that cannot be pulled or started raises none, or one much later
 * (aws/containers-roadmap#19).
 */
export const stoppedContainersAreNotified = stackRule({
  name: "event-stopped-containers-are-told",
  description: "A notification is sent for every container that stops, whatever stopped it.",
  on: "aws:ecs/cluster:Cluster",
  check: (_cluster, report, stack) => {
    const notified = stack.all("aws:cloudwatch/eventRule:EventRule").some((rule) => {
      const targets = stack
        .all("aws:cloudwatch/eventTarget:EventTarget")
        .filter((target) => intersects(target.refersTo("rule", "aws:cloudwatch/eventRule:EventRule"), [rule]));
      return targets.length > 0 && tellsEveryStop(parse(rule.props.eventPattern ?? "{}"));
    });
    if (!notified) {
      report(
        'add an event rule with a target for "ECS Task State Change" with lastStatus STOPPED, narrowed by no more than its cluster and the orderly reasons',
      );
    }
  },
});

export const unsentEventIsKept = stackRule({
  name: "event-unsent-is-kept",
  description: "What a rule cannot send to its target goes to a queue: EventBridge drops it in silence otherwise.",
  on: "aws:cloudwatch/eventTarget:EventTarget",
  check: (target, report) => {
    if (target.refersTo("deadLetterConfig", "aws:sqs/queue:Queue").length === 0)
      report("set deadLetterConfig with the ARN of a queue");
  },
});

const quotedText = /"(?:[^"\\]|\\.)*"/g;
/** Names of ECS and ACM: services, tasks, kinds of events. No quote can be in them. */
const plain = /^\$\.(detail-type|detail\.(group|taskArn)|resources\[\d+\])$/;

/** EventBridge user guide, "Common issues with transforming input": what a placeholder stands for is not escaped. */
export const freeTextIsNotQuoted = resourceRule({
  name: "event-text-outside-quotes",
  description:
    "A template has free text outside quotes: EventBridge escapes no quotes in it, and sends no invalid JSON.",
  on: "aws:cloudwatch/eventTarget:EventTarget",
  check: ({ inputTransformer }, report) => {
    const { inputPaths = {}, inputTemplate = "" } = inputTransformer ?? {};
    const quoted = (inputTemplate.match(quotedText) ?? []).join("");
    for (const [, name = ""] of quoted.matchAll(/<(\w+)>/g)) {
      const path = inputPaths[name];
      if (path !== undefined && !plain.test(path))
        report(`has <${name}> (${path}) inside quotes; write it as a JSON value of its own, without quotes`);
    }
  },
});

function tellsEveryStop({ "detail-type": types = [], detail = {} }: Pattern): boolean {
  const { lastStatus = [], stoppedReason = [] } = detail;
  // Reasons may be left out by name; a list of those to notify of would miss the next one.
  const leavesOut = stoppedReason.every((one) => typeof one === "object");
  const narrow = Object.keys(detail).some((key) => !open.includes(key));
  return types.includes("ECS Task State Change") && lastStatus.includes("STOPPED") && leavesOut && !narrow;
}

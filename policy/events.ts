/** Events of AWS are sent to the alarms' topic. */
import { stackRule } from "./rule.ts";
import { intersects } from "./stack.ts";
import { parse } from "./types.ts";

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

function tellsEveryStop({ "detail-type": types = [], detail = {} }: Pattern): boolean {
  const { lastStatus = [], stoppedReason = [] } = detail;
  // Reasons may be left out by name; a list of those to notify of would miss the next one.
  const leavesOut = stoppedReason.every((one) => typeof one === "object");
  const narrow = Object.keys(detail).some((key) => !open.includes(key));
  return types.includes("ECS Task State Change") && lastStatus.includes("STOPPED") && leavesOut && !narrow;
}

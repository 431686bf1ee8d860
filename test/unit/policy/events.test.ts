import { stoppedContainersAreNotified } from "../../../policy/events.ts";
import { resource, stackCases } from "./cases.ts";

const cluster = resource("aws:ecs/cluster:Cluster", "cluster");
const pattern = (detail: object, type = "ECS Task State Change") =>
  resource("aws:cloudwatch/eventRule:EventRule", "stopped", {
    eventPattern: JSON.stringify({ source: ["aws.ecs"], "detail-type": [type], detail }),
  });
const told = (rule: ReturnType<typeof pattern>) => [
  cluster,
  rule,
  resource("aws:cloudwatch/eventTarget:EventTarget", "stopped", {}, { refers: { rule: [rule] } }),
];
const stopped = { clusterArn: ["arn"], lastStatus: ["STOPPED"] };
const problem = [
  'cluster: add an event rule with a target for "ECS Task State Change" with lastStatus STOPPED, narrowed by no more than its cluster and the orderly reasons',
];

stackCases(stoppedContainersAreNotified, {
  "fails if the rule listens to the service's own warnings": [
    told(pattern({ eventType: ["WARN", "ERROR"] }, "ECS Service Action")),
    problem,
  ],
  "fails if no target gets what the rule matches": [[cluster, pattern(stopped)], problem],
  "fails if only one kind of stop is reported": [
    told(pattern({ ...stopped, stopCode: ["EssentialContainerExited"] })),
    problem,
  ],
  "fails if the reasons to be reported are listed": [
    told(pattern({ ...stopped, stoppedReason: ["OutOfMemory"] })),
    problem,
  ],
  "passes if every stop is reported": [told(pattern(stopped)), []],
  "passes if orderly reasons are left out": [
    told(
      pattern({ ...stopped, stoppedReason: [{ "anything-but": { prefix: "Scaling activity" } }, { exists: false }] }),
    ),
    [],
  ],
});

import {
  freeTextIsNotQuoted,
  stoppedContainersAreNotified,
  unsentEventIsKept,
} from "../../../../policy/fargate/events.ts";
import { cases, resource, stackCases } from "../cases.ts";

const cluster = resource("aws:ecs/cluster:Cluster", "cluster");
const pattern = (detail: object, type = "ECS Task State Change") =>
  resource("aws:cloudwatch/eventRule:EventRule", "stopped", {
    eventPattern: JSON.stringify({ source: ["aws.ecs"], "detail-type": [type], detail }),
  });
const notifying = (rule: ReturnType<typeof pattern>) => [
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
    notifying(pattern({ eventType: ["WARN", "ERROR"] }, "ECS Service Action")),
    problem,
  ],
  "fails if no target gets what the rule matches": [[cluster, pattern(stopped)], problem],
  "fails if only one kind of stop is reported": [
    notifying(pattern({ ...stopped, stopCode: ["EssentialContainerExited"] })),
    problem,
  ],
  "fails if the reasons to be reported are listed": [
    notifying(pattern({ ...stopped, stoppedReason: ["OutOfMemory"] })),
    problem,
  ],
  "passes if every stop is reported": [notifying(pattern(stopped)), []],
  "passes if orderly reasons are left out": [
    notifying(
      pattern({ ...stopped, stoppedReason: [{ "anything-but": { prefix: "Scaling activity" } }, { exists: false }] }),
    ),
    [],
  ],
});

const eventTarget = (props: object, refers = {}) =>
  resource("aws:cloudwatch/eventTarget:EventTarget", "stopped", props, { refers });
const unsent = resource("aws:sqs/queue:Queue", "unsent-events");

stackCases(unsentEventIsKept, {
  "fails if what is not sent is lost": [[eventTarget({})], ["stopped: set deadLetterConfig with the ARN of a queue"]],
  "passes if a queue keeps it": [[eventTarget({}, { deadLetterConfig: [unsent] }), unsent], []],
});

const inputPaths = { service: "$.detail.group", reason: "$.detail.stoppedReason" };
const template = (inputTemplate: string) => eventTarget({ inputTransformer: { inputPaths, inputTemplate } });

cases(freeTextIsNotQuoted, {
  "fails if a reason stands inside quotes": [
    template('"<service> stopped: <reason>"'),
    ["has <reason> ($.detail.stoppedReason) inside quotes; write it as a JSON value of its own, without quotes"],
  ],
  "passes if it is a value of its own, and names stand inside quotes": [
    template('{"title":"<service> stopped","description":<reason>}'),
    [],
  ],
  "passes without a template": [eventTarget({}), []],
});

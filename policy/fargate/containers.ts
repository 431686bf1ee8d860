/** What runs, and as whom. */

import { type Report, resourceRule, stackRule } from "../rule.ts";
import { type Container, containersOf } from "./definitions.ts";

/** A rule on each container of a task definition. */
export function containerRule(
  name: string,
  description: string,
  check: (container: Container, report: Report) => void,
) {
  return resourceRule({
    name,
    description,
    on: "aws:ecs/taskDefinition:TaskDefinition",
    check: (definition, report) => {
      for (const container of containersOf(definition)) {
        check(container, (problem) => report(`container ${container.name}: ${problem}`));
      }
    },
  });
}

export const imageIsNamedByDigest = containerRule(
  "container-image-by-digest",
  "A container runs an image that is named by its digest, never by a tag that may be moved or removed.",
  ({ image }, report) => {
    if (!/@sha256:[0-9a-f]{64}$/.test(image ?? "")) report(`image is ${image}; expected REPOSITORY@sha256:…`);
  },
);

export const rootIsReadOnly = containerRule(
  "container-root-is-read-only",
  "A container cannot write to its own files.",
  ({ readonlyRootFilesystem }, report) => {
    if (readonlyRootFilesystem !== true) report("set readonlyRootFilesystem: true");
  },
);

export const userIsNotRoot = containerRule(
  "container-user-is-not-root",
  "A container does not run as root.",
  ({ user = "", privileged }, report) => {
    if (/^(root|0*)(:|$)/.test(user))
      report(`user is ${user || "not set"}; expected another than root, e.g. 1000:1000`);
    if (privileged) report("is privileged");
  },
);

export const containerIsEssential = containerRule(
  "container-is-essential",
  "A task ends with any of its containers, so that ECS replaces it: none dies unnoticed beside others.",
  ({ essential = true }, report) => {
    if (!essential) report("set essential: true");
  },
);

export const healthIsChecked = containerRule(
  "container-health-is-checked",
  "A container says itself whether it works, so that ECS replaces one that runs but hangs.",
  ({ healthCheck }, report) => {
    const { command = [] } = healthCheck ?? {};
    if (command.length === 0 || command[0] === "NONE") report("has no health check; set healthCheck.command");
  },
);

/** Names under which keys and credentials go, at their end. */
const secretName = /(^|_)(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?|AUTHORIZATION)$|^ERP_AUTHORIZATION_/;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

export const secretIsNotPlain = containerRule(
  "container-secret-is-not-plain",
  "A key or credential reaches a container out of Secrets Manager: every principal that may describe a task definition reads its environment.",
  ({ environment = [] }, report) => {
    for (const { name, value } of environment) {
      if (secretName.test(name) || privateKey.test(value)) report(`${name} is plain environment; move it to secrets`);
    }
  },
);

export const logDeliveryIsExplicit = containerRule(
  "container-log-delivery-is-explicit",
  "A container loses lines rather than wait for its log (decision 31), names its buffer, and logs in its own region under its role.",
  ({ name, logConfiguration, environment = [] }, report) => {
    const { mode, "max-buffer-size": buffer = "", ...options } = logConfiguration?.options ?? {};
    if (mode !== "non-blocking") report('set mode to "non-blocking" in its log options');
    // docs.docker.com, "Configure logging drivers", max-buffer-size.
    if (!/^[1-9]\d*[km]$/.test(buffer)) report('set max-buffer-size in its log options, e.g. "25m"');
    const { "awslogs-region": region, "awslogs-stream-prefix": prefix } = options;
    const own = environment.find((one) => one.name === "AWS_REGION")?.value ?? region;
    if (region !== own) report(`logs in the region ${region}; expected its own, ${own}`);
    if (prefix !== name) report(`awslogs-stream-prefix is ${prefix ?? "not set"}; expected ${name}`);
  },
);

export const taskDefinitionIsKept = resourceRule({
  name: "task-definition-is-kept",
  description: "A replaced task definition stays: no service can return to a deregistered one.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: ({ skipDestroy }, report) => {
    if (skipDestroy !== true) report("set skipDestroy: true");
  },
});

export const logGroupExists = stackRule({
  name: "container-log-group-exists",
  description: "A container logs to a group of this stack: without its group no further container starts.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report, stack) => {
    const groups = stack.all("aws:cloudwatch/logGroup:LogGroup").map(({ props }) => props.name);
    for (const { name, logConfiguration } of containersOf(definition.props)) {
      const group = logConfiguration?.options?.["awslogs-group"];
      if (group === undefined || !groups.includes(group)) {
        report(
          `container ${name} logs to ${group ?? "nowhere"}; the stack's log groups are ${groups.join(", ") || "none"}`,
        );
      }
    }
  },
});

export const logRetentionIsSet = resourceRule({
  name: "log-retention-is-set",
  description: "A log group says for how many days it keeps what is written to it.",
  on: "aws:cloudwatch/logGroup:LogGroup",
  check: ({ retentionInDays }, report) => {
    if (!retentionInDays) report("set retentionInDays");
  },
});

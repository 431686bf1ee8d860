/**
 * The documents of IAM and of resources: complete, and with conditions that the caller meets. The provider checks that they
 * are JSON; what is wrong in them AWS refuses in the update (MalformedPolicyDocument), or takes and allows nothing.
 */
import { list } from "../fargate/iam.ts";
import { type Report, resourceRule, stackRule } from "../rule.ts";
import { parse, type Token } from "../types.ts";

interface Statement {
  readonly Effect?: string;
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  /** By operator, then by key. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Which parts a document's statements have: an identity's have no principal, a trust policy no resource. */
type Kind = "identity" | "trust" | "resource";

/** The statements of a policy document. */
export function statementsOf(document: unknown): Statement[] {
  const { Statement = [] } = parse<{ Statement?: Statement | Statement[] }>(document ?? "{}");
  return list(Statement);
}

const action = /^(\*|[a-z0-9-]+:[A-Za-z*?]+)$/;
/** `*`, or an ARN of six parts (IAM JSON policy elements, Resource). */
const resource = /^(\*|arn:[\w-]*:[\w*-]+:[\w*-]*:[\d*]*:.+)$/;
const servicePrincipal = /^([a-z0-9-]+\.)+amazonaws\.com$/;

/** Source: IAM user guide, "Grammar of the IAM JSON policy language". */
function checkGrammar(document: unknown, kind: Kind, report: Report): void {
  const { Version } = parse<{ Version?: string }>(document ?? "{}");
  if (Version !== "2012-10-17") report(`Version is ${Version || "not set"}; expected 2012-10-17`);
  const statements = statementsOf(document);
  if (statements.length === 0) report("has no statement: it allows nothing");
  for (const { Effect, Action, Resource, Principal, Condition = {} } of statements) {
    if (Effect !== "Allow" && Effect !== "Deny") report(`Effect is ${Effect || "not set"}; expected Allow or Deny`);
    checkList("Action", Action, action, report);
    if (kind !== "trust") checkList("Resource", Resource, resource, report);
    if (kind !== "identity" && Principal !== "*") {
      if (Object.keys(Principal ?? {}).some((of) => !["AWS", "Service", "Federated", "CanonicalUser"].includes(of)))
        report(
          `Principal has ${Object.keys(Principal ?? {}).join(", ")}; expected AWS, Service, Federated or CanonicalUser`,
        );
      checkList(
        "Principal.Service",
        list(Principal?.Service ?? Principal?.AWS).flat(),
        Principal?.Service ? servicePrincipal : /./,
        report,
      );
    }
    for (const [operator, keys] of Object.entries(Condition))
      for (const [key, value] of Object.entries(keys))
        if (
          !operators.test(operator) ||
          !/^(aws|s3|sqs|sns|sts):\w+$/.test(key) ||
          list(value).length === 0 ||
          list(value).includes("")
        )
          report(`Condition ${operator} ${key} is no condition of IAM with a value`);
  }
}

const operators =
  /^(ForAnyValue:|ForAllValues:)?((String(Not)?(Equals|Like)(IgnoreCase)?)|Arn(Not)?(Equals|Like)|Bool|Null|(Numeric|Date)\w+|(Not)?IpAddress)(IfExists)?$/;

function checkList(what: string, given: string | readonly string[] | undefined, form: RegExp, report: Report): void {
  const all = list(given);
  if (all.length === 0) report(`${what} is not set`);
  for (const one of all) if (!form.test(one)) report(`${what} has ${one || "an empty text"}, which IAM refuses`);
}

function documentRule<T extends Token>(name: string, on: T, property: string, kind: Kind) {
  return resourceRule({
    name,
    description: "A policy document is complete: AWS refuses another in the update, or takes it and allows nothing.",
    on,
    check: (props, report) => checkGrammar((props as Record<string, unknown>)[property], kind, report),
  });
}

export const trustIsComplete = documentRule("iam-trust-is-complete", "aws:iam/role:Role", "assumeRolePolicy", "trust");
export const rolePolicyIsComplete = documentRule(
  "iam-role-policy-is-complete",
  "aws:iam/rolePolicy:RolePolicy",
  "policy",
  "identity",
);
export const queuePolicyIsComplete = documentRule(
  "queue-policy-is-complete",
  "aws:sqs/queuePolicy:QueuePolicy",
  "policy",
  "resource",
);
export const topicPolicyIsComplete = documentRule(
  "alarm-topic-policy-is-complete",
  "aws:sns/topicPolicy:TopicPolicy",
  "policy",
  "resource",
);
export const bucketPolicyIsComplete = documentRule(
  "bucket-policy-is-complete",
  "aws:s3/bucketPolicy:BucketPolicy",
  "policy",
  "resource",
);

/** Endpoints without a policy of their own let everything pass. */
export const endpointPolicyIsComplete = resourceRule({
  name: "endpoint-policy-is-complete",
  description: "A policy of an endpoint is complete, and names the actions that pass.",
  on: "aws:ec2/vpcEndpoint:VpcEndpoint",
  check: ({ policy, serviceName = "" }, report) => {
    const isS3 = serviceName.endsWith(".s3");
    if (policy === undefined && isS3) report("lets every call to S3 pass. Fix: set a policy that names what is read");
    if (policy === undefined) return;
    for (const { Resource } of statementsOf(policy))
      if (isS3 && list(Resource).includes("*")) report("lets calls to every bucket pass. Fix: name each");
    checkGrammar(policy, "resource", report);
    for (const { Action } of statementsOf(policy))
      for (const one of list(Action)) if (one.includes("*")) report(`lets ${one} pass. Fix: name each action`);
  },
});

/** The only key that ECS sets beside the task's ARN (ECS developer guide, "Task IAM role", confused deputy). */
export const taskCanAssumeItsRole = resourceRule({
  name: "iam-task-can-assume-its-role",
  description: "ECS can assume a role for tasks of this account, and for no other account's.",
  on: "aws:iam/role:Role",
  check: ({ assumeRolePolicy, permissionsBoundary = "" }, report) => {
    const account = permissionsBoundary.split(":")[4];
    for (const { Effect, Principal, Action, Condition = {} } of statementsOf(assumeRolePolicy)) {
      const services = Principal === "*" ? [] : list(Principal?.Service).flat();
      // The role of a flow log (policy/fargate/flow-logs.ts).
      if (services.join() === "vpc-flow-logs.amazonaws.com") continue;
      if (
        Effect !== "Allow" ||
        !services.includes("ecs-tasks.amazonaws.com") ||
        !list(Action).includes("sts:AssumeRole")
      )
        report("does not let ecs-tasks.amazonaws.com call sts:AssumeRole: no task starts with it");
      for (const [operator, keys] of Object.entries(Condition))
        for (const [key, value] of Object.entries(keys))
          if (operator !== "StringEquals" || key !== "aws:SourceAccount" || list(value).join() !== account)
            report(
              `no task meets its condition ${operator} ${key} ${list(value).join()}; expected StringEquals aws:SourceAccount ${account}`,
            );
      if (Condition.StringEquals?.["aws:SourceAccount"] === undefined)
        report(`any account's tasks may assume it; set the condition StringEquals aws:SourceAccount ${account}`);
    }
  },
});

export const queueTakesFromNamedSources = resourceRule({
  name: "queue-policy-names-its-sources",
  description: "Who may send to a queue is named by the ARN of the rule or topic: without it any account's may.",
  on: "aws:sqs/queuePolicy:QueuePolicy",
  check: ({ policy }, report) => {
    for (const { Effect, Action, Condition = {} } of statementsOf(policy)) {
      if (Effect !== "Allow" || !list(Action).includes("sqs:SendMessage")) report("allows no sqs:SendMessage");
      const sources = list(Condition.ArnEquals?.["aws:SourceArn"]).flat();
      if (sources.length === 0 || sources.some((arn) => !/^arn:aws:\w+:[\w-]+:\d{12}:[^*]+$/.test(arn)))
        report("set the condition ArnEquals aws:SourceArn to the ARNs of its sources");
    }
  },
});

/** EventBridge publishes to no topic whose policy sets conditions for it (EventBridge user guide, "Using resource-based policies"). */
export const topicConditionsAreMet = stackRule({
  name: "alarm-topic-conditions-are-met",
  description:
    "CloudWatch publishes for this stack's alarms alone, EventBridge without a condition, each to this topic.",
  on: "aws:sns/topicPolicy:TopicPolicy",
  check: ({ props: { arn, policy } }, report, stack) => {
    const [, , , region, account] = String(arn).split(":");
    const alarms = stack.all("aws:cloudwatch/metricAlarm:MetricAlarm");
    for (const { Principal, Action, Resource, Condition } of statementsOf(policy)) {
      const services = Principal === "*" ? [] : list(Principal?.Service).flat();
      if (list(Action).join() !== "sns:Publish") report(`allows ${list(Action).join()}. Fix: sns:Publish alone`);
      if (list(Resource).join() !== arn) report(`is of ${list(Resource).join()}; expected its topic`);
      if (services.includes("events.amazonaws.com") && Condition)
        report("sets a condition for EventBridge, which then sends nothing");
      if (!services.includes("cloudwatch.amazonaws.com")) continue;
      if (Condition?.StringEquals?.["aws:SourceAccount"] !== account)
        report(`set the condition StringEquals aws:SourceAccount ${account} for cloudwatch.amazonaws.com`);
      const own = `arn:aws:cloudwatch:${region}:${account}:alarm:`;
      const source = String(Condition?.ArnLike?.["aws:SourceArn"] ?? "");
      const prefix = source.slice(own.length, -1);
      if (!source.startsWith(own) || !source.endsWith("*") || prefix === "" || /[*?]/.test(prefix))
        report(`set the condition ArnLike aws:SourceArn ${own}STACK-* for cloudwatch.amazonaws.com`);
      else
        for (const { name, props } of alarms)
          if (!props.name?.startsWith(prefix)) report(`${source} leaves out the alarm ${name}, ${props.name}`);
    }
  },
});

/** ELB user guide, "Enable access logs for your Application Load Balancer": the bucket's policy and its encryption. */
export const bucketTakesAccessLogs = stackRule({
  name: "bucket-takes-access-logs",
  description:
    "ELB can write its access logs: the bucket's policy lets it, and the bucket is encrypted with SSE-S3, not KMS.",
  on: "aws:s3/bucketPolicy:BucketPolicy",
  check: (bucketPolicy, report, stack) => {
    const buckets = bucketPolicy.refersTo("bucket", "aws:s3/bucket:Bucket");
    for (const { props } of stack.all("aws:lb/loadBalancer:LoadBalancer")) {
      const { bucket, prefix } = props.accessLogs ?? {};
      const objects = `arn:aws:s3:::${bucket}/${prefix}/AWSLogs/`;
      const writes = statementsOf(bucketPolicy.props.policy).some(
        ({ Effect, Principal, Action, Resource, Condition }) =>
          Effect === "Allow" &&
          Principal !== "*" &&
          list(Principal?.Service).flat().includes("logdelivery.elasticloadbalancing.amazonaws.com") &&
          list(Action).includes("s3:PutObject") &&
          list(Resource).some((one) => one.startsWith(objects) && /\/\d{12}\/\*$/.test(one)) &&
          Condition === undefined,
      );
      if (bucket !== undefined && bucket === bucketPolicy.props.bucket && !writes)
        report(`does not let ELB write to ${objects}ACCOUNT/*`);
    }
    const isOfBucket = ({ urn }: { urn: string }) => buckets.some((one) => one.urn === urn);
    for (const setting of stack.all(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    ))
      if (setting.refersTo("bucket", "aws:s3/bucket:Bucket").some(isOfBucket))
        for (const { applyServerSideEncryptionByDefault: by } of setting.props.rules ?? [])
          if (by?.sseAlgorithm !== "AES256")
            report(`${setting.name} encrypts with ${by?.sseAlgorithm}; expected AES256: ELB writes to no other`);
    const refusesPlain = statementsOf(bucketPolicy.props.policy).some(
      ({ Effect, Principal, Action, Resource, Condition }) =>
        Effect === "Deny" &&
        Principal === "*" &&
        list(Action).includes("s3:*") &&
        list(Resource).length === 2 &&
        list(Resource).every((one) => one.replace(/\/\*$/, "") === `arn:aws:s3:::${bucketPolicy.props.bucket}`) &&
        Condition?.Bool?.["aws:SecureTransport"] === "false",
    );
    if (!refusesPlain) report("deny s3:* on the bucket and its objects where aws:SecureTransport is false");
  },
});

/** What ECS does for a task before it runs (ECS developer guide, "Amazon ECS task execution IAM role"). */
const executionActions: Readonly<Record<string, RegExp>> = {
  "ecr:GetAuthorizationToken": /^\*$/,
  "ecr:BatchCheckLayerAvailability": /:ecr:.*:repository\//,
  "ecr:BatchGetImage": /:ecr:.*:repository\//,
  "ecr:GetDownloadUrlForLayer": /:ecr:.*:repository\//,
};

export const executionMayPullAndLog = stackRule({
  name: "iam-execution-may-pull-and-log",
  description: "The execution role allows to pull the image and to write to the containers' log groups.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report, stack) => {
    const roles = definition.refersTo("executionRoleArn", "aws:iam/role:Role");
    const granted = stack
      .all("aws:iam/rolePolicy:RolePolicy")
      .filter((one) =>
        one.refersTo("role", "aws:iam/role:Role").some(({ urn }) => roles.some((role) => role.urn === urn)),
      )
      .flatMap(({ props }) => statementsOf(props.policy).filter(({ Effect }) => Effect === "Allow"));
    const grants = (wanted: string, on: (resource: string) => boolean) =>
      granted.some(({ Action, Resource }) => list(Action).includes(wanted) && list(Resource).some(on));
    for (const [wanted, form] of Object.entries(executionActions))
      if (!grants(wanted, (one) => form.test(one))) report(`its execution role does not allow ${wanted}`);
    const containers = parse<{ logConfiguration?: { options?: Record<string, string> } }[]>(
      definition.props.containerDefinitions ?? "[]",
    );
    for (const { logConfiguration } of containers) {
      const group = logConfiguration?.options?.["awslogs-group"];
      for (const wanted of ["logs:CreateLogStream", "logs:PutLogEvents"])
        if (!grants(wanted, (one) => one.endsWith(`:log-group:${group}:log-stream:*`)))
          report(`its execution role does not allow ${wanted} on the log group ${group}`);
    }
  },
});

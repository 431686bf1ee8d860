/** What services of AWS ask of one another: none imports another's folder, cloud.ts hands each what it needs. */
import type { Properties, Resource } from "../core/store.ts";

/** What refuses a connection. */
export interface Refusal {
  passes: false;
  /** Id of the resource that refuses. */
  at: string;
  /** A sentence with everything that counted. */
  reason: string;
}

/** What a connection finds on its way: passage, or the one thing that refuses it. */
export type Decision = { passes: true } | Refusal;

/** Passage to an AWS service: through an endpoint, or by its public address. */
export type Passage = { passes: true; endpoint?: Resource } | Refusal;

/** VPC: whether packets of tasks arrive at AWS's services. */
export interface TaskRoutes {
  taskToService(taskId: string, service: string): Passage;
  /** Resolves when who waits for an answer to a dropped packet has given up. */
  dropped(): Promise<void>;
}

/** Who acts: a session of a role. */
export interface Session {
  roleArn: string;
  /** As ECS names it: the task's id. */
  name: string;
  /** AWS region that it calls: its task's own. */
  region: string;
}

/** What else counts in a call. */
export interface Circumstances {
  /** The resource's own policy, as JSON. */
  resourcePolicy?: string | undefined;
  /** The VPC endpoint it came through. */
  endpoint?: Resource | undefined;
}

export type Verdict = { allowed: true } | { allowed: false; message: string };

/** IAM: whether an AWS service may do something in its own name. */
export interface ServicePermissions {
  authorizeService(
    service: string,
    action: string,
    resource: string,
    resourcePolicy: string | undefined,
    context: Record<string, string>,
  ): Promise<Verdict>;
}

/** IAM: whether a role that the account's administrator has made may call an action, by its managed policies. */
export interface ManagedPermissions {
  authorizeManaged(
    role: string,
    question: Readonly<{ action: string; resource: string; context: Readonly<Record<string, string | string[]>> }>,
  ): Promise<Verdict>;
}

/** A signed call of an AWS service, as the service sees it before it does anything. */
export interface SignedCall {
  /** The request's header. */
  authorization: string | undefined;
  /** As its endpoints are named: `sqs`, `ecr.api`. */
  service: string;
  /** As IAM names it: `sqs:SendMessage`. */
  action: string;
  /** ARN, or `*`. */
  resource: string;
  /** The resource's own policy, as JSON. */
  resourcePolicy?: string | undefined;
}

/** Why a call does not pass; one that was dropped is never answered. */
export type Rejection =
  | { kind: "dropped" }
  | { kind: "denied"; message: string }
  | { kind: "unknown key"; message: string };

/** An event as EventBridge carries it. */
export interface AwsEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** ISO 8601, to the second. */
  time: string;
  region: string;
  resources: string[];
  detail: Properties;
}

/** EventBridge: takes what services announce. */
export interface EventSink {
  put(event: AwsEvent): void;
}

/** The AWS service in whose name something is sent, and for what. */
export interface Sender {
  /** `events.amazonaws.com`. */
  service: string;
  /** Condition keys that it sends along. */
  context: Record<string, string>;
}

/** SNS: delivers what alarms and event rules send. */
export interface Notifications {
  /** To a topic or, without a subject, straight to a queue; false when it may not be. */
  deliver(arn: string, subject: string | undefined, message: string, sender: Sender): Promise<boolean>;
}

/** What identifies a CloudWatch metric; dimensions as on AWS. */
export interface Metric {
  region: string;
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
}

/** What ECS keeps of services, deployments and tasks; names and values are those of the ECS API. */

export type TaskStatus =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";

export type HealthStatus = "UNKNOWN" | "HEALTHY" | "UNHEALTHY";

export interface ContainerState {
  name: string;
  image: string;
  imageDigest?: string;
  lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  healthStatus: HealthStatus;
  exitCode?: number;
  reason?: string;
  /** Process id on this machine. */
  pid?: number;
  /** Where its output lies on this machine. */
  logFile: string;
}

export type StopCode = "TaskFailedToStart" | "EssentialContainerExited" | "UserInitiated" | "ServiceSchedulerInitiated";

export interface TaskInterface {
  subnetId: string;
  /** Security groups; the VPC's default one when there are none. */
  groups: string[];
  publicIp: boolean;
  /** From when it is attached until the task stops. */
  address?: string;
}

export interface Task {
  id: string;
  arn: string;
  region: string;
  clusterArn: string;
  serviceArn: string;
  /** `service:NAME`. */
  group: string;
  /** The deployment that started it. */
  startedBy: string;
  availabilityZone: string;
  /** Its network interface. */
  eni: TaskInterface;
  taskDefinitionArn: string;
  cpu: string;
  memory: string;
  /** As they were when it started. */
  tags: Record<string, string>;
  lastStatus: TaskStatus;
  desiredStatus: "RUNNING" | "STOPPED";
  healthStatus: HealthStatus;
  containers: ContainerState[];
  /** Ids of its targets. */
  targets: string[];
  /** RELEASE of its environment, when it has one. */
  release?: string;
  /** ISO 8601, like all times here. */
  createdAt: string;
  startedAt?: string;
  stoppingAt?: string;
  stoppedAt?: string;
  stoppedReason?: string;
  stopCode?: StopCode;
  /** Grows with every change, as in the events. */
  version: number;
}

export interface Deployment {
  /** `ecs-svc/…`. */
  id: string;
  status: "PRIMARY" | "ACTIVE";
  rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  rolloutStateReason: string;
  taskDefinitionArn: string;
  /** The task definition as it was when the deployment began: its tasks outlive the resource. */
  definition: Record<string, unknown>;
  /** Tasks in a row that failed to start or failed their health checks. */
  failedTasks: number;
  /** Milliseconds since 1970; no task is started before. */
  nextStartAt: number;
  /** Set on a deployment that brings an earlier one back: the one that failed, and why. */
  rollbackOf?: { id: string; reason: string };
  createdAt: string;
  updatedAt: string;
}

/** What the service was once asked for, and how far that came; a rollback is part of it (API_ServiceDeployment.html). */
export interface ServiceDeployment {
  id: string;
  status: "IN_PROGRESS" | "SUCCESSFUL" | "STOPPED" | "ROLLBACK_IN_PROGRESS" | "ROLLBACK_SUCCESSFUL" | "ROLLBACK_FAILED";
  statusReason?: string;
  /** The deployment that it begins with, whose digits are also those of the service revision. */
  target: string;
  /** What ran before. */
  source?: string;
  /** `to` is the deployment whose revision it brings back, `by` the one that does. */
  rollback?: { to: string; by: string; reason: string; startedAt: string };
  createdAt: string;
  updatedAt: string;
  finishedAt?: string;
}

export interface ServiceState {
  arn: string;
  region: string;
  name: string;
  clusterArn: string;
  /** What the PRIMARY deployment was asked for by the program; another value begins another deployment. */
  asked: string;
  /** The PRIMARY one first. */
  deployments: Deployment[];
  /** What the circuit breaker rolls back to. */
  lastCompleted?: Pick<Deployment, "id" | "taskDefinitionArn" | "definition">;
  /** Newest last, the last 20; none where an earlier version of the twin made the service. */
  history?: ServiceDeployment[];
  /** Newest last, the last 100. */
  events: { at: string; message: string }[];
}

/** What the control API answers, for its server and its clients. Times are ISO 8601. */

/** `GET /status`: what runs. */
export interface Status {
  twin: {
    pid: number;
    /** What runs containers: `docker` or `processes`. */
    containers: string;
    megabytes: number;
    peakMegabytes: number;
    queueRefuses: boolean;
  };
  /** The last ones, the newest first. */
  orders: OrderStatus[];
  /** By AWS region. */
  regions: Record<string, RegionStatus>;
}

/** An order on its way, or at its end. */
export interface OrderStatus {
  /** Message group in its queue and idempotency key at its ERP: `STORE/ORDER`. */
  key: string;
  /** `waiting` and `taken` in a queue, by how often it was received; `arrived` at an ERP. */
  state: "waiting" | "taken" | "arrived";
  /** Name of the queue, or host of the ERP. */
  where: string;
  /** When it was sent to the queue, or first arrived. */
  at: string;
  /** Receives, or attempts at the ERP. */
  attempts: number;
}

export interface RegionStatus {
  loadBalancers: LoadBalancerStatus[];
  services: ServiceStatus[];
  tasks: TaskStatus[];
  targets: TargetStatus[];
  certificates: CertificateStatus[];
  alarms: AlarmStatus[];
  queues: QueueStatus[];
}

/** Of which stack something is: the value of its tag `stack`, null where it has none. */
interface OfStack {
  stack: string | null;
}

export interface LoadBalancerStatus extends OfStack {
  name: string;
  arn: string;
  dnsName: string;
  listeners: { port: number; protocol: string }[];
}

/** Of a service that the scheduler has not seen yet, only the ARN. */
export interface ServiceStatus extends OfStack {
  arn: string;
  name?: string;
  desired?: number;
  running?: number;
  pending?: number;
  /** RELEASE of its running tasks, each once. */
  releases?: string[];
  deployments?: { id: string; status: string; rolloutState: string; rolloutStateReason: string }[];
  /** The last ten, the newest last. */
  events?: { at: string; message: string }[];
}

export interface TaskStatus {
  id: string;
  /** Name of its service. */
  service: string;
  taskDefinitionArn: string;
  lastStatus: string;
  /** By its containers' own checks. */
  healthStatus: string;
  release: string | undefined;
  createdAt: string;
  stoppedAt: string | undefined;
  stoppedReason: string | undefined;
  containers: {
    name: string;
    exitCode: number | undefined;
    reason: string | undefined;
    /** On this machine. */
    pid: number | undefined;
  }[];
}

export interface TargetStatus {
  id: string;
  targetGroupArn: string;
  /** The task behind it and the port that it has in the VPC. */
  inside: { taskId: string; port: number };
  /** Where it listens on this machine. */
  address: string;
  port: number;
  state: string;
  /** Empty when healthy. */
  reason: string;
}

export interface CertificateStatus extends OfStack {
  arn: string;
  names: string[];
  status: string;
  /** ARNs of load balancers. */
  inUseBy: string[];
  /** Null before it is issued. */
  daysLeft: number | null;
}

export interface AlarmStatus extends OfStack {
  arn: string;
  name: string;
  region: string;
  state: string;
  reason: string;
  updatedAt: string;
}

export interface QueueStatus extends OfStack {
  name: string;
  visible: number;
  inFlight: number;
  delayed: number;
  oldestSeconds: number;
}

/** `GET /inbox`: what a subscriber would have had by e-mail or in a queue. */
export interface Message {
  at: string;
  topicArn: string;
  /** Confirmed subscribers. */
  recipients: string[];
  subject?: string;
  message: string;
}

/** `GET /erp/orders`: an order that an ERP has. */
export interface ErpOrder {
  key: string;
  host: string;
  /** As it was posted first. */
  order: unknown;
  receivedAt: string;
  /** Posts of it that the ERP took. */
  attempts: number;
}

/** `PUT /erp/HOST`: how an ERP answers; `hang` takes a request and never answers. */
export type ErpMode =
  | { mode: "ok" }
  | { mode: "hang" }
  | { mode: "status"; status: number }
  | { mode: "slow"; milliseconds: number };

/** `POST /resources/find`: a resource at AWS, whatever created it. */
export interface FoundResource {
  type: string;
  id: string;
  /** AWS region, or `global`. */
  region: string;
  outputs: Record<string, unknown>;
}

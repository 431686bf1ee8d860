/** What `diagnose` reads, as data; times are ISO 8601. release/operate/diagnose/rules/ judges it. */

export interface Facts {
  stack: string;
  /** When everything was read. */
  at: string;
  /** The last update of the stack's history; undefined before the first. */
  change?: Change;
  /** What this stack was last asked to run, and what staging was. */
  release: { here: Release; staging: Release };
  services: Service[];
  /** Containers that stopped other than by a deployment or by scaling, in the last hour; the newest first. */
  stops: Stop[];
  targets: Target[];
  queue?: Queue;
  /** What a store sees at each of the stack's host names. */
  hosts: Host[];
  certificates: Certificate[];
  /** Records that the stack made and that are not in the zone as it made them. */
  records: WrongRecord[];
  /** Alarms in ALARM. */
  alarms: Alarm[];
  /** Subscriptions of the stack's topics that are not confirmed: no notification is sent through them. */
  unconfirmed: Unconfirmed[];
  erps: ErpFailures[];
  /** Orders that dispatch gave up, the newest first, a few. */
  givenUp: GivenUp[];
  /** Calls of AWS that containers were denied. */
  denied: Denied[];
  /** What could not be read, and why. */
  unread: Unread[];
}

export interface GivenUp {
  /** Store and order id, as the ERP knows it: `acme/17`. */
  order: string;
  reason: string;
  at: string;
}

export interface Change {
  version: number;
  message: string;
  author?: string;
  commit?: string;
  result: string;
  endTime: string;
}

export interface Release {
  release?: string;
  /** `sha256:…` */
  image?: string;
}

export interface Service {
  name: string;
  desired: number;
  running: number;
  pending: number;
  /** Digests of the images that its containers run. */
  images: string[];
  /** ECS's reason, of deployments that failed or that bring an earlier one back. */
  failedDeployments: string[];
  /** ECS's newest messages, the newest first. */
  events: string[];
}

export interface Stop {
  service: string;
  task: string;
  at: string;
  /** ECS's stoppedReason. */
  reason: string;
  /** ECS's stopCode. */
  code: string;
  /** Of its containers, by name; undefined where one never ran. */
  exitCodes: Record<string, number | undefined>;
}

export interface Target {
  group: string;
  /** Address and port. */
  target: string;
  state: string;
  /** ELB's code and description; empty when healthy. */
  reason: string;
}

export interface Queue {
  visible: number;
  inFlight: number;
  /** Undefined while CloudWatch has no datapoint. */
  oldestSeconds?: number;
  /** Visible ones some minutes ago; undefined as above. */
  visibleBefore?: number;
  deadLetters: number;
}

export interface Host {
  hostname: string;
  /** Why no store can post there, as its TLS library would say it; undefined when it answers. */
  problem?: string;
  /** Status of GET /version. */
  status?: number;
  /** What answered. */
  release?: string;
}

export interface Certificate {
  hostname: string;
  arn: string;
  /** ACM's, or MISSING where ACM has none of that ARN. */
  status: string;
  /** Undefined before it is issued. */
  daysLeft?: number;
  /** A load balancer holds it. */
  inUse: boolean;
}

export interface WrongRecord {
  name: string;
  type: string;
  expected: string;
  /** What the zone has; undefined when it has no such record. */
  found?: string;
}

export interface Alarm {
  name: string;
  description: string;
  reason: string;
  since: string;
}

export interface Unconfirmed {
  /** E-mail address, or the ARN of a queue. */
  endpoint: string;
  status: "waits to be confirmed" | "not subscribed";
}

export interface ErpFailures {
  store: string;
  failures: number;
  /** The last one's. */
  reason: string;
  at: string;
}

export interface Denied {
  service: string;
  message: string;
  at: string;
}

/** What diagnose reads, each in words. */
export const sources = {
  history: "the stack's history",
  staging: "what staging runs",
  state: "the stack's state",
  containers: "containers",
  targets: "target health",
  queue: "the queue",
  hosts: "host names",
  certificates: "certificates",
  records: "DNS records",
  alarms: "alarms",
  unconfirmed: "subscriptions",
  logs: "the containers' logs",
} as const;
export type Source = keyof typeof sources;

export interface Unread {
  source: Source;
  why: string;
}

/** How long ago stopped containers count, in milliseconds: as long as ECS keeps them. */
export const stopsMs = 60 * 60_000;
/** How far back the containers' logs are read, in milliseconds; dispatch tries a failing ERP again within two minutes. */
export const logsMs = 5 * 60_000;

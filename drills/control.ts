/** The twin's control API, as far as drills use it. */
export interface Message {
  /** ISO 8601. */
  at: string;
  topicArn: string;
  /** Confirmed subscribers; without any the message reaches no one. */
  recipients: string[];
  subject?: string;
  message: string;
}

/** A client of a running twin, by the URL of its control API. */
export class Control {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  status(): Promise<Status> {
    return this.#call("GET", "/status");
  }

  async runningTasks(): Promise<Task[]> {
    const { regions } = await this.status();
    return Object.values(regions).flatMap(({ tasks }) => tasks.filter((task) => task.lastStatus === "RUNNING"));
  }

  /** Every service of a stack runs as many containers as it should, in a finished deployment. */
  async settled(stack: string): Promise<boolean> {
    const { regions } = await this.status();
    const services = Object.values(regions).flatMap((region) => region.services);
    return services
      .filter(({ name }) => name.startsWith(`${stack}-`))
      .every((s) => s.running === s.desired && s.deployments.length === 1);
  }

  /** Ids of the tasks that a load balancer sends requests to. */
  async healthyTasks(): Promise<Set<string>> {
    const { regions } = await this.status();
    const targets = Object.values(regions).flatMap((region) => region.targets);
    return new Set(targets.filter(({ state }) => state === "healthy").map(({ inside }) => inside.taskId));
  }

  messages(): Promise<Message[]> {
    return this.#call("GET", "/inbox");
  }

  /** Publishes a CNAME record in a zone that is not the platform's, as the owner of the name would. */
  publish({ name, type, value }: { name: string; type: string; value: string }): Promise<void> {
    return this.#call("PUT", `/dns/${name}`, { type, value });
  }

  withdraw(name: string): Promise<void> {
    return this.#call("DELETE", `/dns/${name}`);
  }

  erpOrders(): Promise<ErpOrder[]> {
    return this.#call("GET", "/erp/orders");
  }

  /** The clock that alarms go by. */
  clock(): Promise<{ now: string; rate: number }> {
    return this.#call("GET", "/clock");
  }

  /** @param rate how many times as fast as usual alarms' minutes pass */
  hurry(rate: number): Promise<{ now: string; rate: number }> {
    return this.#call("PUT", "/clock", { rate });
  }

  /** So many days pass at once. */
  pass(days: number): Promise<{ now: string; rate: number }> {
    return this.#call("PUT", "/clock", { days });
  }

  setErp(host: string, mode: ErpMode): Promise<void> {
    return this.#call("PUT", `/erp/${encodeURIComponent(host)}`, mode);
  }

  /** The mode of an ERP, and how many requests have met it. */
  erp(host: string): Promise<{ mode: string; met: number }> {
    return this.#call("GET", `/erp/${encodeURIComponent(host)}`);
  }

  /** Keys of those orders that are at the ERP. */
  async arrived(host: string, keys: readonly string[]): Promise<string[]> {
    const found: { key: string }[] = await this.#call("POST", "/erp/find", { host, keys });
    return found.map(({ key }) => key);
  }

  /** The ERP never takes the order of that key. */
  refuseOrder(host: string, key: string, status: number): Promise<void> {
    return this.#call("POST", `/erp/${encodeURIComponent(host)}/refuse`, { key, status });
  }

  /** The ERP closes its connections, as its restart does. */
  disconnectErp(host: string): Promise<void> {
    return this.#call("POST", `/erp/${encodeURIComponent(host)}/disconnect`);
  }

  /** No name server answers containers that ask for the name, or they answer again. */
  hangName(host: string, hangs: boolean): Promise<void> {
    return this.#call("PUT", `/names/${encodeURIComponent(host)}`, { hangs });
  }

  /** How often containers asked for the name in vain; null where its name servers answer. */
  async unanswered(host: string): Promise<number | null> {
    const { unanswered }: { unanswered: number | null } = await this.#call("GET", `/names/${encodeURIComponent(host)}`);
    return unanswered;
  }

  /** ACM renews a certificate as it does when its days run out. */
  renewCertificate(arn: string): Promise<void> {
    return this.#call("POST", "/certificates/renew", { arn });
  }

  refuseQueue(refuse: boolean): Promise<void> {
    return this.#call("PUT", "/sqs", { refuse });
  }

  /** AWS refuses to make, change or delete anything of these types. */
  refuse(types: readonly string[]): Promise<void> {
    return this.#call("PUT", "/refusals", { types });
  }

  findResources(type: string): Promise<HandMade[]> {
    return this.#call("POST", "/resources/find", { type });
  }

  putResource({ type, id, region, outputs }: HandMade): Promise<void> {
    return this.#call("PUT", "/resources", { type, id, region, outputs });
  }

  removeResource({ type, id, region }: Omit<HandMade, "outputs">): Promise<void> {
    return this.#call("POST", "/resources/remove", { type, id, region });
  }

  /** Returns what was there. */
  removeImages(region: string): Promise<unknown[]> {
    return this.#call("DELETE", `/images/${region}`);
  }

  putImages(images: readonly unknown[]): Promise<void> {
    return this.#call("PUT", "/images", images);
  }

  /** @param zone `ap-southeast-2a` */
  loseZone(zone: string, lost: boolean): Promise<void> {
    return this.#call("PUT", `/zones/${zone}`, { lost });
  }

  kill(task: string): Promise<void> {
    return this.#call("POST", `/tasks/${encodeURIComponent(task)}/kill`);
  }

  stop(task: string, reason: string): Promise<void> {
    return this.#call("POST", `/tasks/${encodeURIComponent(task)}/stop`, { reason });
  }

  async #call<T>(method: string, path: string, said?: unknown): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      ...(said !== undefined && { body: JSON.stringify(said) }),
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} of the twin: ${response.status} ${body}`);
    return (body ? JSON.parse(body) : undefined) as T;
  }
}

/** A resource at AWS, whatever created it. */
export interface HandMade {
  type: string;
  id: string;
  /** AWS region, or `global`. */
  region: string;
  outputs: Record<string, unknown>;
}

/** How an ERP answers. */
export type ErpMode =
  | { mode: "ok" | "hang" }
  | { mode: "status"; status: number }
  | { mode: "slow"; milliseconds: number };

/** An order that an ERP has. */
export interface ErpOrder {
  key: string;
  host: string;
  /** As it was posted first. */
  order: unknown;
  /** Posts of it that the ERP took. */
  attempts: number;
}

export interface Task {
  id: string;
  /** Name of its service. */
  service: string;
  taskDefinitionArn: string;
  lastStatus: string;
  /** By its container's own check. */
  healthStatus: string;
}

export interface QueueDepth {
  /** Value of the tag `stack`. */
  stack: string;
  name: string;
  visible: number;
  inFlight: number;
  delayed: number;
}

export interface Target {
  targetGroupArn: string;
  /** Where it listens on this machine. */
  address: string;
  port: number;
  state: string;
  inside: { taskId: string };
}

export interface Service {
  name: string;
  running: number;
  desired: number;
  deployments: unknown[];
}

export interface Status {
  twin: { megabytes: number; peakMegabytes: number; containers: string };
  regions: Record<
    string,
    {
      tasks: Task[];
      services: Service[];
      targets: Target[];
      certificates: { arn: string; status: string; stack: string; names: string[]; inUseBy: string[] }[];
      queues: QueueDepth[];
    }
  >;
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { answering, startWire } from "./api/api.ts";
import { processes } from "./containers/processes.ts";
import type { ContainerRuntime } from "./containers/runtime.ts";
import { startApi } from "./control/control.ts";
import { type Clock, FastClock, realTime, type Time } from "./core/clock.ts";
import type { Log } from "./core/log.ts";
import type { Store } from "./core/store.ts";
import { View } from "./core/view.ts";
import { Authority } from "./internet/authority.ts";
import { Erp } from "./internet/erp.ts";
import { Internet } from "./internet/internet.ts";
import { QueueHosts } from "./internet/queue-hosts.ts";
import { Resolver } from "./internet/resolver.ts";
import { VpcResolver } from "./internet/vpc-resolver.ts";
import { Refusals } from "./pulumi/refusals.ts";
import { Acm } from "./services/acm/behaviour.ts";
import { Renewals } from "./services/acm/renewals.ts";
import { services } from "./services/apis.ts";
import { Scaling } from "./services/application-autoscaling/behaviour.ts";
import { Alarms } from "./services/cloudwatch/alarms.ts";
import { Metrics } from "./services/cloudwatch/metrics.ts";
import { Deployer } from "./services/deployer/deployer.ts";
import { Network } from "./services/ec2/behaviour.ts";
import { FlowRecords } from "./services/ec2/flow-records.ts";
import { expireAfterPush } from "./services/ecr/lifecycle-policy.ts";
import { Agent } from "./services/ecs/agent.ts";
import { Ecs } from "./services/ecs/behaviour.ts";
import { Credentials } from "./services/ecs/credentials.ts";
import type { Task } from "./services/ecs/model.ts";
import { Scheduler } from "./services/ecs/scheduler.ts";
import { AccessLogs } from "./services/elbv2/access-logs.ts";
import { Front } from "./services/elbv2/behaviour.ts";
import { Targets } from "./services/elbv2/targets.ts";
import { EventBus } from "./services/eventbridge/behaviour.ts";
import { Iam } from "./services/iam/behaviour.ts";
import { Gate } from "./services/iam/caller-gate.ts";
import { type HandMadePolicy, makePolicyByHand } from "./services/iam/managed.ts";
import { type HandMadeKey, Kms } from "./services/kms/behaviour.ts";
import { LogMetrics } from "./services/logs/metric-filters.ts";
import { Dns, type HostedZone, hostedZone } from "./services/route53/behaviour.ts";
import { S3 } from "./services/s3/behaviour.ts";
import { type HandMadeSecret, SecretsManager } from "./services/secretsmanager/behaviour.ts";
import { Sns } from "./services/sns/behaviour.ts";
import { answers } from "./services/sqs/api.ts";
import { Sqs } from "./services/sqs/behaviour.ts";
import { Firewalls } from "./services/wafv2/behaviour.ts";

export interface CloudSettings {
  store: Store;
  /** Holds everything of the twin that is a file: `ca.pem`, `sqs/`, `s3/`, `images/`, `logs/`. */
  directory: string;
  /** Twelve digits. */
  account: string;
  /** Names of the hosted zones: prerequisites. */
  zones: string[];
  /** Secrets that are prerequisites; none when none are given. */
  secrets?: HandMadeSecret[];
  /** Keys of KMS that are prerequisites; none when none are given. */
  keys?: HandMadeKey[];
  /** Managed policies that are prerequisites; none when none are given. */
  policies?: HandMadePolicy[];
  /** Name of the role that deploys, whose policies are among those; every deployer may do everything when it is left out. */
  deployer?: string | undefined;
  /** Environment variables that every container gets beside its own; none when none are given. */
  variables?: Record<string, string>;
  /** On 127.0.0.1; 0 or none takes any free one, SQS the one it had before. */
  ports?: { proxy?: number; sqs?: number; api?: number };
  /** What runs containers; processes of this machine when none is given. */
  runtime?: ContainerRuntime;
  /** Milliseconds that containers get to end by themselves when the twin is closed; 10,000 when none is given. */
  graceMs?: number;
  /** Milliseconds for which a connection whose packets are dropped hangs; 12,000 when none is given: most give up before. */
  dropMs?: number;
  now?: Clock;
  /** What containers, health checks and the visibility of messages go by; the machine's own when none is given. */
  time?: Time;
  /** Called when the control API is asked to stop the twin. */
  onShutdown?: () => void;
  log: Log;
}

/** AWS's data plane on this machine, and what the provider side asks of it. */
export interface Cloud {
  readonly store: Store;
  readonly account: string;
  /** Where its files are. */
  readonly directory: string;
  readonly zones: readonly HostedZone[];
  readonly authority: Authority;
  readonly acm: Acm;
  readonly dns: Dns;
  readonly vpcResolver: VpcResolver;
  readonly front: Front;
  readonly accessLogs: AccessLogs;
  readonly targets: Targets;
  readonly erp: Erp;
  readonly s3: S3;
  readonly deployer: Deployer | undefined;
  readonly ecr: { pushed(repository: string, region: string): void };
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly events: EventBus;
  readonly secrets: SecretsManager;
  readonly iam: Iam;
  readonly kms: Kms;
  readonly ecs: Ecs;
  readonly runtime: ContainerRuntime;
  readonly alarms: Alarms;
  readonly minutes: FastClock;
  readonly renewals: Renewals;
  readonly refusals: Refusals;
  readonly metrics: Metrics;
  /** URLs of what listens. */
  readonly proxyUrl: string;
  readonly apiUrl: string;
  /** AWS's APIs. */
  readonly awsUrl: string;
  close(): Promise<void>;
}

/** Starts all of it on 127.0.0.1. @throws Error that names a taken port; nothing keeps running then */
export async function startCloud(settings: CloudSettings): Promise<Cloud> {
  const { store, directory, account, log, ports = {}, now = Date.now, time = realTime } = settings;
  mkdirSync(directory, { recursive: true });
  const view = new View(store);
  const authority = await Authority.open(directory);
  const dns = new Dns(view, store, settings.zones.map(hostedZone));
  // What goes by minutes and days at AWS, CloudWatch and ACM's renewals, goes by a clock that can be made to run faster.
  const minutes = new FastClock(now);
  const acm = new Acm(store, view, dns, authority, account, minutes.now, log);
  const network = new Network(view, settings.dropMs ?? 12_000, time, log);
  const iam = new Iam(view, account);
  const flows = new FlowRecords({ store, view, iam }, { account, directory, now, log });
  network.on("refused", (flow) => {
    flows.write(flow).catch((error) => log("a flow log could not write", { error: String(error) }));
  });
  const deployer = settings.deployer === undefined ? undefined : new Deployer(iam, view, account, settings.deployer);
  const targets = new Targets(store, view, network, time);
  const s3 = new S3(view, iam, join(directory, "s3"), account);
  const accessLogs = new AccessLogs(s3, account, now, log);
  const firewalls = new Firewalls(view);
  const front = new Front({ view, acm, targets, network, accessLogs, firewalls }, log);
  const erp = new Erp(store, authority);
  const resolver = new Resolver(dns, authority);
  const credentials = new Credentials();
  const gate = new Gate(credentials, network, iam);
  const sqs = new Sqs(store, join(directory, "sqs"), account, gate, settings.time?.now ?? now, time);
  const answerQueues = answers({ sqs, store, account }, log);
  const queues = new QueueHosts(answerQueues, authority);
  const vpcResolver = new VpcResolver(dns, minutes.now);
  const internet = new Internet({ dns, vpcResolver, front, erp, resolver, queues, network }, log);
  const secrets = new SecretsManager(store, account, now);
  for (const secret of settings.secrets ?? []) secrets.makeByHand(secret);
  for (const policy of settings.policies ?? []) makePolicyByHand(store, account, policy);
  const runtime = settings.runtime ?? processes;
  const closers = [
    () => runtime.close(),
    () => accessLogs.close(),
    () => acm.close(),
    () => credentials.close(),
    () => sqs.close(),
    () => internet.close(),
  ];
  const closeAll = async () => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const proxyUrl = `http://127.0.0.1:${await internet.start(ports.proxy ?? 0)}`;
    await sqs.start(ports.sqs ?? 0, answerQueues);
    const sns = new Sns({ store, view, sqs, iam }, log);
    const events = new EventBus(view, sns, log);
    const environment = (task: Task, taskRoleArn: string | undefined) => ({
      ...settings.variables,
      AWS_REGION: task.region,
      AWS_ENDPOINT_URL_SQS: inside.sqs,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: inside.aws,
      ...(taskRoleArn && {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${inside.credentials}/${credentials.issue(task, taskRoleArn)}`,
      }),
      // The proxy's user says whose connection it is.
      HTTPS_PROXY: inside.proxy.replace("://", `://${task.id}:task@`),
      NO_PROXY: inside.noProxy,
      NODE_USE_ENV_PROXY: "1",
      NODE_EXTRA_CA_CERTS: inside.authorityFile,
    });
    const logs = new LogMetrics(view);
    const logged: LogMetrics["line"] = (...written) => logs.line(...written);
    const surroundings = { account, directory, log, environment, logged };
    const agent = new Agent({ view, network, iam, secrets }, account);
    const scheduler = new Scheduler({ store, view, targets, events, runtime, network, agent, time }, surroundings);
    closers.push(() => scheduler.close(settings.graceMs ?? 10_000));
    closers.push(async () => network.close());
    const ecs = new Ecs(store, view, scheduler, runtime.name, time);
    const metrics = new Metrics({ view, sqs, ecs, front, targets, acm, events, logs, firewalls });
    const renewals = new Renewals({ acm, events }, account, minutes.now);
    metrics.onCollected(
      () => void renewals.look().catch((error) => log("ACM could not renew", { error: String(error) })),
    );
    new Scaling({ store, view, metrics, ecs }, minutes.now, log);
    const alarms = new Alarms({ store, view, metrics, sns }, minutes.now, log);
    const refusals = new Refusals();
    closers.push(async () => alarms.close());
    const parts = {
      store,
      account,
      directory,
      deployer,
      zones: dns.zones,
      authority,
      acm,
      dns,
      vpcResolver,
      front,
      accessLogs,
      targets,
      erp,
      s3,
      ecr: { pushed: (repository: string, region: string) => expireAfterPush(store, region, repository) },
      sqs,
      sns,
      events,
      secrets,
      iam,
      kms: new Kms(settings.keys ?? [], account),
      ecs,
      runtime,
      alarms,
      minutes,
      renewals,
      refusals,
      metrics,
    };
    const api = await startApi(parts, ports.api ?? 0, settings.onShutdown);
    closers.push(() => api.close());
    const wire = await startWire(answering(services, { ...parts, credentials, gate }, log));
    closers.push(() => wire.close());
    // Asked for when a container starts, which is after this.
    const inside = await runtime.reach(
      {
        proxy: proxyUrl,
        sqs: sqs.endpoint,
        aws: wire.url,
        credentials: await credentials.start(),
        authorityFile: authority.file,
      },
      authority,
    );
    // Last: nothing is started when a port is taken.
    scheduler.start();
    const close = async () => {
      await closeAll();
      targets.close();
      front.close();
      erp.close();
      resolver.close();
      queues.close();
      view.close();
    };
    return { ...parts, proxyUrl, apiUrl: api.url, awsUrl: wire.url, close };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

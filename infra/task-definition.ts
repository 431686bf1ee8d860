/**
 * The container definitions of each service, as ECS reads them. Pure; names are those of the ECS API's ContainerDefinition.
 */

/** Port on which a container listens: ingest for the load balancer, the others on loopback for their own health checks. */
export const containerPort = 8080;

export interface RunningStore {
  readonly name: string;
  readonly hostname: string;
  /** Further names of the store. */
  readonly aliases: readonly string[];
  /** URL to which the store's orders are posted. */
  readonly erp: string;
  /** Name of the secret with what the ERP asks for; undefined where it asks for nothing. */
  readonly erpCredentials?: string | undefined;
  /** How its ERP says that it has an order, where 2xx alone does not. */
  readonly erpSuccess?: object | undefined;
  /** Statuses by which its ERP says that it is busy. */
  readonly erpRetryStatuses?: readonly number[] | undefined;
  /** Why its orders are accepted without a signature; undefined where they have to be signed. */
  readonly unsigned?: string | undefined;
  /** Whether its orders go to its ERP one after the other. */
  readonly inSequence: boolean;
  /** How long one order may hold up those behind it, where it is not as long as the service has it. */
  readonly sequenceMinutes?: number | undefined;
}

/** Where a store's credentials for its ERP are. */
export interface ErpCredential {
  /** The store's name. */
  readonly store: string;
  /** Full ARN: ECS takes no name of a secret. */
  readonly secretArn: string;
}

export interface ContainerPlan {
  readonly image: string;
  readonly release: string;
  readonly digest: string;
  readonly region: string;
  /** The region's own domain; orders of every store are taken there too, and synthetic ones. */
  readonly domain: string;
  readonly stores: readonly RunningStore[];
  readonly ordersUrl: string;
  readonly receiptsUrl: string;
  readonly deadLetterUrl: string;
  readonly visibilitySeconds: number;
  readonly erpTimeoutSeconds: number;
  readonly logGroup: string;
  /** Where ingest's key and certificate chain are. */
  readonly tls: { readonly secretArn: string; readonly versionId: string };
  readonly erpCredentials: readonly ErpCredential[];
  /** What the names of the secrets begin with by which orders are signed: however many stores, one variable. */
  readonly inboundSecrets: string;
}

/** Seconds ECS waits between asking a container to stop and killing it; 120 is the most that Fargate has. */
const stopTimeout = { ingest: 60, dispatch: 120, canary: 30 };
/** Seconds the container itself takes less than that, so that it ends before it is killed. */
const stopMargin = 10;

/** UID and GID of `node` in the official Node image. */
const nodeUser = "1000:1000";

/** A service of ECS, whose tasks run the image in the role of that name. */
export type Role = keyof typeof stopTimeout;

/** The containers of each role's task: a sidecar is one more entry of a list, and has to be declared in policy/definitions.ts. */
export const taskContainers: Readonly<Record<Role, (plan: ContainerPlan) => object[]>> = {
  ingest: (plan) => [ingestContainer(plan)],
  dispatch: (plan) => [dispatchContainer(plan)],
  canary: (plan) => [canaryContainer(plan)],
};

/**
 * The secret's version is named, so that a renewed certificate is a new task definition and ECS rolls the containers, and so
 * that an older definition keeps the pair it was made with.
 */
export function ingestContainer(plan: ContainerPlan) {
  const { secretArn, versionId } = plan.tls;
  const { domain, ordersUrl, stores, inboundSecrets } = plan;
  const unsigned = namesOf(stores, (store) => store.unsigned !== undefined);
  const environment = {
    PLATFORM_DOMAIN: domain,
    QUEUE_URL: ordersUrl,
    STORE_HOSTS: byStore(stores, ({ hostname, aliases }) => [hostname, ...aliases]),
    STORES_IN_SEQUENCE: JSON.stringify(namesOf(stores, ({ inSequence }) => inSequence)),
    INBOUND_SECRETS: inboundSecrets,
    ...(unsigned.length > 0 && { STORES_UNSIGNED: JSON.stringify(unsigned) }),
  };
  const secrets = { TLS_KEY: `${secretArn}:key::${versionId}`, TLS_CERT: `${secretArn}:chain::${versionId}` };
  return container("ingest", plan, { environment, secrets });
}

function namesOf(stores: readonly RunningStore[], belongs: (store: RunningStore) => boolean): string[] {
  return stores.filter(belongs).map(({ name }) => name);
}

/** Whatever version is current when a container starts: its own team changes it, at any time. */
export function dispatchContainer(plan: ContainerPlan) {
  const environment = {
    PLATFORM_DOMAIN: plan.domain,
    QUEUE_URL: plan.ordersUrl,
    STORE_ERPS: byStore(plan.stores, ({ erp }) => erp),
    RECEIPTS_QUEUE_URL: plan.receiptsUrl,
    DEAD_LETTER_QUEUE_URL: plan.deadLetterUrl,
    ERP_TIMEOUT_MS: String(plan.erpTimeoutSeconds * 1000),
    VISIBILITY_TIMEOUT_SECONDS: String(plan.visibilitySeconds),
    ...erpRules(plan.stores),
  };
  const secrets = Object.fromEntries(
    plan.erpCredentials.map(({ store, secretArn }) => [authorizationVariable(store), `${secretArn}:authorization::`]),
  );
  return container("dispatch", plan, { environment, secrets });
}

/** Of those stores alone that have any: the others need no room for it. */
function erpRules(stores: readonly RunningStore[]): { STORE_ERP_RULES?: string } {
  const rulesOf = ({ erpSuccess: success, erpRetryStatuses: retryStatuses, sequenceMinutes }: RunningStore) => ({
    ...(success && { success }),
    ...(retryStatuses && { retryStatuses }),
    ...(sequenceMinutes && { sequenceMinutes }),
  });
  const some = stores.filter((store) => Object.keys(rulesOf(store)).length > 0);
  return some.length === 0 ? {} : { STORE_ERP_RULES: byStore(some, rulesOf) };
}

/** The container of the canary: it needs the public address, the queue of receipts, and the secret to sign with. */
export function canaryContainer(plan: ContainerPlan) {
  const environment = {
    PLATFORM_DOMAIN: plan.domain,
    RECEIPTS_QUEUE_URL: plan.receiptsUrl,
    INBOUND_SECRETS: plan.inboundSecrets,
  };
  return container("canary", plan, { environment, secrets: {} });
}

/** Each service gets what it needs of a store, no more: ECS has little room for it (definition-size.ts). */
function byStore(stores: readonly RunningStore[], select: (store: RunningStore) => unknown): string {
  return JSON.stringify(Object.fromEntries(stores.map((store) => [store.name, select(store)])));
}

/** As service/secrets.ts has it, which the image holds alone; a test compares the two. */
function authorizationVariable(store: string): string {
  return `ERP_AUTHORIZATION_${store.toUpperCase().replaceAll("-", "_")}`;
}

/** What differs from role to role. */
interface RoleConfiguration {
  readonly environment: Readonly<Record<string, string>>;
  /** By variable, where ECS fetches it. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * A container continues to accept orders where CloudWatch Logs takes no lines; what does not fit the buffer is lost. The account's
 * default may be either (ECS developer guide, account settings, "Default log driver mode"). 25 MiB lost no line at 5 MB/s
 * in AWS's own tests ("Preventing log loss with non-blocking mode in the AWSLogs container log driver").
 */
const logDelivery = { mode: "non-blocking", "max-buffer-size": "25m" };

function container(role: Role, plan: ContainerPlan, own: RoleConfiguration) {
  const environment = {
    AWS_REGION: plan.region,
    IMAGE_DIGEST: plan.digest,
    PORT: String(containerPort),
    RELEASE: plan.release,
    STOP_TIMEOUT_SECONDS: String(stopTimeout[role] - stopMargin),
    ...own.environment,
  };
  const secrets = Object.entries(own.secrets).map(([name, valueFrom]) => ({ name, valueFrom }));
  return {
    name: role,
    image: plan.image,
    command: [role],
    essential: true,
    user: nodeUser,
    readonlyRootFilesystem: true,
    stopTimeout: stopTimeout[role],
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    ...(secrets.length > 0 && { secrets }),
    portMappings: [{ containerPort, protocol: "tcp" }],
    // A program of the image; ECS runs it inside the container. One that hangs is replaced after some 15 s.
    healthCheck: { command: ["CMD", "bash", "health-check.sh"], interval: 5, timeout: 3, retries: 3, startPeriod: 10 },
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": plan.logGroup,
        "awslogs-region": plan.region,
        "awslogs-stream-prefix": role,
        ...logDelivery,
      },
    },
  };
}

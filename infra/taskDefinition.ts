/**
 * What a container of each service is told, as ECS reads it. Pure; names are those of the ECS API's ContainerDefinition.
 */

/** Port on which ingest listens. */
export const containerPort = 8080;

export interface RunningStore {
  readonly name: string;
  readonly hostname: string;
  /** Further names of the store. */
  readonly aliases: readonly string[];
  /** URL to which the store's orders are posted. */
  readonly erp: string;
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
  readonly visibilitySeconds: number;
  readonly erpTimeoutSeconds: number;
  readonly logGroup: string;
}

/** Seconds ECS waits between asking a container to stop and killing it; 120 is the most that Fargate has. */
const stopTimeout = { ingest: 60, dispatch: 120, canary: 30 };
/** Seconds the container itself takes less than that, so that it ends before it is killed. */
const stopMargin = 10;

/** UID and GID of `node` in the official Node image. */
const nodeUser = "1000:1000";

export function ingestContainer(plan: ContainerPlan) {
  return {
    ...container("ingest", plan, {
      ...orders(plan),
      PORT: String(containerPort),
      PLATFORM_DOMAIN: plan.domain,
    }),
    portMappings: [{ containerPort, protocol: "tcp" }],
    healthCheck: {
      command: ["CMD", "node", "-e", healthScript],
      interval: 5,
      timeout: 3,
      retries: 3,
      startPeriod: 10,
    },
  };
}

export function dispatchContainer(plan: ContainerPlan) {
  return container("dispatch", plan, {
    ...orders(plan),
    RECEIPTS_QUEUE_URL: plan.receiptsUrl,
    ERP_TIMEOUT_MS: String(plan.erpTimeoutSeconds * 1000),
    VISIBILITY_TIMEOUT_SECONDS: String(plan.visibilitySeconds),
  });
}

export function canaryContainer(plan: ContainerPlan) {
  return container("canary", plan, { PLATFORM_DOMAIN: plan.domain, RECEIPTS_QUEUE_URL: plan.receiptsUrl });
}

function orders({ ordersUrl, stores }: ContainerPlan) {
  return {
    QUEUE_URL: ordersUrl,
    STORES: JSON.stringify(stores.map(toldOf)),
  };
}

const healthScript =
  "fetch('http://127.0.0.1:' + process.env.PORT + '/health')" +
  ".then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))";

/** A store without further names says nothing of them. */
function toldOf({ name, hostname, aliases, erp }: RunningStore) {
  return { name, hostname, ...(aliases.length > 0 && { aliases }), erp };
}

function container(role: keyof typeof stopTimeout, plan: ContainerPlan, own: Record<string, string>) {
  const environment = {
    AWS_REGION: plan.region,
    IMAGE_DIGEST: plan.digest,
    RELEASE: plan.release,
    STOP_TIMEOUT_SECONDS: String(stopTimeout[role] - stopMargin),
    ...own,
  };
  return {
    name: role,
    image: plan.image,
    command: [role],
    essential: true,
    user: nodeUser,
    readonlyRootFilesystem: true,
    stopTimeout: stopTimeout[role],
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": plan.logGroup,
        "awslogs-region": plan.region,
        "awslogs-stream-prefix": role,
      },
    },
  };
}

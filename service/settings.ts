/**
 * A container's settings, from its environment. Everything is read once, at the start; if anything is wrong the container
 * does not start, and says everything that is wrong at once.
 *
 * | variable                   | role     | default | meaning |
 * | AWS_REGION                 | all      |         | the region of the queues |
 * | RELEASE, IMAGE_DIGEST      | all      |         | what runs here, as the logs and GET /version say it   |
 * | STOP_TIMEOUT_SECONDS       | all      | 25      | how long a stop may take; keep it below the task's stop timeout |
 * | PORT                       | all      |         | where it listens (0: any free one); dispatch and canary on loopback, for their health |
 * | QUEUE_URL                  | ingest, dispatch |  | the FIFO queue of orders |
 * | STORE_HOSTS                | ingest   |         | JSON: {NAME: [HOSTNAME, …]}, by store the hosts under which its orders come |
 * | STORES_IN_SEQUENCE         | ingest   | none    | JSON: [NAME, …], the stores whose orders go to their ERP one after the other |
 * | INBOUND_SECRETS            | ingest, canary | none | what the names of the stores' secrets begin with: orders of a store are signed with PREFIX/NAME/inbound; without it, none is checked or signed |
 * | STORES_UNSIGNED            | ingest   | none    | JSON: [NAME, …], the stores whose orders are accepted unsigned all the same, `synthetic` among them or not |
 * | STORE_ERPS                 | dispatch |         | JSON: {NAME: URL}, by store where its orders go |
 * | TLS_KEY, TLS_CERT          | ingest   |         | PEM: the private key, and its certificate with the chain; it speaks HTTPS alone |
 * | PLATFORM_DOMAIN            | all      |         | the host that takes orders of every store, and synthetic ones; what metrics name the region by |
 * | RECEIPTS_QUEUE_URL         | dispatch, canary | | where the receipts of synthetic orders go |
 * | DEAD_LETTER_QUEUE_URL      | dispatch |         | the FIFO queue of orders that were given up |
 * | VISIBILITY_TIMEOUT_SECONDS | dispatch | 120     | the queue's own; one receive and its back-off stay below it |
 * | ERP_TIMEOUT_MS             | dispatch | 10000   | how long one post to an ERP may take |
 * | ERP_ATTEMPTS               | dispatch | 3       | posts inside one receive |
 * | STORE_ERP_RULES            | dispatch | none    | JSON: {NAME: {success, retryStatuses, sequenceMinutes}}, of stores whose ERPs need any (erp-settings.ts) |
 * | SEQUENCE_MINUTES           | dispatch | 15      | how long one order may hold up its store's sequence, where STORE_ERP_RULES does not say |
 * | OWN_FAULT_SECONDS          | dispatch | 600     | from an order's first failure until it is given up, where its ERP answers others meanwhile |
 * | CONCURRENCY                | dispatch | 100     | orders under way at the same time, of one store no more than are free: half |
 * | RECEIVE_WAIT_SECONDS       | dispatch | 5       | length of one long poll; a stop waits for the one under way |
 * | ERP_AUTHORIZATION_<STORE>  | dispatch | none    | Authorization header for a store's ERP; the store's name in capitals, _ for - |
 * | INTERVAL_SECONDS           | canary   | 60      | from one synthetic order to the next, and how long each may take |
 */
import { z } from "zod";
import { longestReceiveMs } from "./backoff.ts";
import { erpRules, hasCredentials, withoutCredentials } from "./erp-settings.ts";
import { SYNTHETIC, storeName } from "./order.ts";
import { authorizationProblems, authorizationVariable, isPair, isSecret, tlsCertificate, tlsKey } from "./secrets.ts";

type Environment = Record<string, string | undefined>;

/** Settings that cannot be used; the message lists every problem, one a line. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

const HOSTNAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

function text(expected: string) {
  return z.string({ error: expected }).min(1, { error: expected });
}

function hostname(expected: string) {
  return z.string({ error: expected }).regex(HOSTNAME, { error: expected });
}

/** A whole number; `fallback` where the variable is not set, required where there is none. */
function whole(what: string, least: number, most: number, fallback?: number) {
  const expected = `${what}, a whole number from ${least} to ${most}`;
  const number = z
    .string({ error: expected })
    .regex(/^\d+$/, { error: expected })
    .transform(Number)
    .pipe(z.number().min(least, { error: expected }).max(most, { error: expected }));
  return fallback === undefined ? number : z.prefault(number, String(fallback));
}

function url(expected: string, fits: (url: URL) => boolean) {
  return z
    .string({ error: expected })
    .refine((value) => URL.canParse(value) && fits(new URL(value)), { error: expected });
}

function fifoQueue(of: string) {
  return url(`the URL of the FIFO queue ${of}, ending in .fifo`, ({ pathname }) => pathname.endsWith(".fifo"));
}

/** Orders hold people's data: they leave this machine only by TLS. */
const erpUrl = url(
  "an https:// URL without user and password (http:// only on 127.0.0.1 or localhost)",
  (erp) =>
    !hasCredentials(erp) &&
    (erp.protocol === "https:" || (erp.protocol === "http:" && ["127.0.0.1", "localhost"].includes(erp.hostname))),
);

function json<T>(expected: string, value: z.ZodType<T>) {
  return z
    .string({ error: expected })
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.issues.push({ code: "custom", input: text, message: expected });
        return z.NEVER;
      }
    })
    .pipe(value);
}

/** JSON of an object with a value for each store. */
function byStore<T>(value: z.ZodType<T>, example: string) {
  const expected = `a JSON object with a value for each store, e.g. ${example}`;
  const entries = z.record(z.string(), value, { error: expected }).superRefine((stores, context) => {
    for (const name of Object.keys(stores)) {
      const message = whyNoName(name);
      if (message) context.issues.push({ code: "custom", input: name, path: [name], message });
    }
  });
  return json(expected, entries);
}

function whyNoName(name: string): string | undefined {
  if (name === SYNTHETIC) return `another name: ${SYNTHETIC} is kept for synthetic orders`;
  return storeName.safeParse(name).error?.issues[0]?.message;
}

const hostnames = z
  .array(hostname("a hostname in lower case"), { error: "a list of hostnames" })
  .min(1, { error: "at least one hostname" });

const storeHosts = byStore(hostnames, '{"acme": ["acme.au.orderhub.example"]}').superRefine((stores, context) => {
  const all = Object.values(stores).flat();
  for (const [name, hosts] of Object.entries(stores))
    for (const [index, host] of hosts.entries())
      if (all.filter((other) => other === host).length > 1) {
        const message = "a hostname that no other store has";
        context.issues.push({ code: "custom", input: host, path: [name, index], message });
      }
});

const storeErps = byStore(erpUrl, '{"acme": "https://erp.acme.example/orders"}');

const storeErpRules = byStore(erpRules, '{"acme": {"retryStatuses": [401]}}');

const IN_SEQUENCE_EXPECTED = 'a JSON array of names in STORE_HOSTS, e.g. ["acme"]';
const inSequence = json(IN_SEQUENCE_EXPECTED, z.array(z.string(), { error: IN_SEQUENCE_EXPECTED }));

const UNSIGNED_EXPECTED = `a JSON array of names in STORE_HOSTS or ${SYNTHETIC}, e.g. ["acme"]`;
const unsigned = json(UNSIGNED_EXPECTED, z.array(z.string(), { error: UNSIGNED_EXPECTED }));
const SECRETS_EXPECTED = "the beginning of secrets' names, e.g. order-queue/prod-au";
const secretsPrefix = z.string().regex(/^[\w+=.@/-]{1,256}[\w+=.@-]$/, { error: SECRETS_EXPECTED });

const all = {
  AWS_REGION: text("an AWS region"),
  RELEASE: text("the release's fingerprint"),
  IMAGE_DIGEST: text("the digest of the image that runs here"),
  PORT: whole("a port", 0, 65_535),
  STOP_TIMEOUT_SECONDS: whole("seconds that a stop may take", 1, 120, 25),
};

const handlesOrders = {
  QUEUE_URL: fifoQueue("of orders"),
  ...all,
};

const platformDomain = hostname("the platform domain's hostname in lower case");
const receiptsQueue = url("the URL of the queue of receipts", () => true);

const ingest = z
  .object({
    ...handlesOrders,
    STORE_HOSTS: storeHosts,
    STORES_IN_SEQUENCE: inSequence.prefault("[]"),
    INBOUND_SECRETS: secretsPrefix.optional(),
    STORES_UNSIGNED: unsigned.prefault("[]"),
    PLATFORM_DOMAIN: platformDomain,
    TLS_KEY: tlsKey,
    TLS_CERT: tlsCertificate,
  })
  .superRefine((env, context) => {
    for (const [index, name] of env.STORES_IN_SEQUENCE.entries()) {
      if (Object.hasOwn(env.STORE_HOSTS, name)) continue;
      const path = ["STORES_IN_SEQUENCE", index];
      context.issues.push({ code: "custom", input: name, path, message: "a name in STORE_HOSTS" });
    }
    for (const [index, name] of env.STORES_UNSIGNED.entries()) {
      if (name === SYNTHETIC || Object.hasOwn(env.STORE_HOSTS, name)) continue;
      const path = ["STORES_UNSIGNED", index];
      context.issues.push({ code: "custom", input: name, path, message: `a name in STORE_HOSTS or ${SYNTHETIC}` });
    }
    if (isPair(env.TLS_KEY, env.TLS_CERT)) return;
    const message = "the certificate of TLS_KEY";
    context.issues.push({ code: "custom", input: env.TLS_CERT, path: ["TLS_CERT"], message });
  })
  .transform((env) => ({
    ...common(env),
    queueUrl: env.QUEUE_URL,
    /** Hosts by store. */
    stores: new Map(Object.entries(env.STORE_HOSTS)),
    inSequence: new Set(env.STORES_IN_SEQUENCE),
    inboundSecrets: env.INBOUND_SECRETS,
    unsigned: new Set(env.STORES_UNSIGNED),
    platformDomain: env.PLATFORM_DOMAIN,
    tls: { key: env.TLS_KEY, cert: env.TLS_CERT },
  }));

const dispatch = z
  .looseObject({
    ...handlesOrders,
    PLATFORM_DOMAIN: platformDomain,
    STORE_ERPS: storeErps,
    RECEIPTS_QUEUE_URL: receiptsQueue,
    VISIBILITY_TIMEOUT_SECONDS: whole("seconds", 30, 43_200, 120),
    ERP_TIMEOUT_MS: whole("milliseconds", 100, 600_000, 10_000),
    ERP_ATTEMPTS: whole("posts inside one receive", 1, 10, 3),
    DEAD_LETTER_QUEUE_URL: fifoQueue("of orders that were given up"),
    STORE_ERP_RULES: storeErpRules.prefault("{}"),
    SEQUENCE_MINUTES: whole("minutes", 1, 2_880, 15),
    OWN_FAULT_SECONDS: whole("seconds", 1, 86_400, 600),
    CONCURRENCY: whole("orders under way at the same time", 2, 500, 100),
    RECEIVE_WAIT_SECONDS: whole("seconds of one long poll", 1, 20, 5),
  })
  .superRefine((env, context) => {
    const longest = longestReceiveMs({ timeoutMs: env.ERP_TIMEOUT_MS, attempts: env.ERP_ATTEMPTS }) / 1000;
    if (longest >= env.VISIBILITY_TIMEOUT_SECONDS) {
      const message = `more than ${longest}, the seconds that ERP_ATTEMPTS posts of ERP_TIMEOUT_MS and the waits between them can take`;
      const input = env.VISIBILITY_TIMEOUT_SECONDS;
      context.issues.push({ code: "custom", input, path: ["VISIBILITY_TIMEOUT_SECONDS"], message });
    }
    for (const name of Object.keys(env.STORE_ERP_RULES)) {
      if (Object.hasOwn(env.STORE_ERPS, name)) continue;
      const path = ["STORE_ERP_RULES", name];
      context.issues.push({ code: "custom", input: name, path, message: "a name in STORE_ERPS" });
    }
    for (const [variable, message] of Object.entries(authorizationProblems(env, Object.keys(env.STORE_ERPS))))
      context.issues.push({ code: "custom", input: env[variable], path: [variable], message });
  })
  .transform((env) => ({
    ...common(env),
    platformDomain: env.PLATFORM_DOMAIN,
    queueUrl: env.QUEUE_URL,
    /** By store where its orders go, and how its ERP answers. */
    stores: new Map(
      Object.entries(env.STORE_ERPS).map(([name, url]) => {
        const { sequenceMinutes = env.SEQUENCE_MINUTES, ...rules } = env.STORE_ERP_RULES[name] ?? {};
        const authorization = env[authorizationVariable(name)] as string | undefined;
        return [name, { url, authorization, ...rules, sequenceMs: sequenceMinutes * 60_000 }] as const;
      }),
    ),
    receiptsQueueUrl: env.RECEIPTS_QUEUE_URL,
    visibilitySeconds: env.VISIBILITY_TIMEOUT_SECONDS,
    erp: { timeoutMs: env.ERP_TIMEOUT_MS, attempts: env.ERP_ATTEMPTS },
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
    ownFaultSeconds: env.OWN_FAULT_SECONDS,
    concurrency: env.CONCURRENCY,
    receiveWaitSeconds: env.RECEIVE_WAIT_SECONDS,
  }));

const canary = z
  .object({
    ...all,
    PLATFORM_DOMAIN: platformDomain,
    RECEIPTS_QUEUE_URL: receiptsQueue,
    INBOUND_SECRETS: secretsPrefix.optional(),
    INTERVAL_SECONDS: whole("seconds", 1, 3_600, 60),
  })
  .transform((env) => ({
    ...common(env),
    platformDomain: env.PLATFORM_DOMAIN,
    receiptsQueueUrl: env.RECEIPTS_QUEUE_URL,
    inboundSecrets: env.INBOUND_SECRETS,
    intervalMs: env.INTERVAL_SECONDS * 1000,
  }));

function common(env: z.infer<z.ZodObject<typeof all>>) {
  return {
    region: env.AWS_REGION,
    release: env.RELEASE,
    image: env.IMAGE_DIGEST,
    port: env.PORT,
    stopTimeoutMs: env.STOP_TIMEOUT_SECONDS * 1000,
  };
}

export type IngestSettings = z.infer<typeof ingest>;
export type DispatchSettings = z.infer<typeof dispatch>;
export type CanarySettings = z.infer<typeof canary>;

/** @throws SettingsError naming every variable that is wrong */
export function ingestSettings(env: Environment): IngestSettings {
  return read(ingest, env);
}

/** @throws SettingsError naming every variable that is wrong */
export function dispatchSettings(env: Environment): DispatchSettings {
  return read(dispatch, env);
}

/** @throws SettingsError naming every variable that is wrong */
export function canarySettings(env: Environment): CanarySettings {
  return read(canary, env);
}

function read<T>(schema: z.ZodType<T>, env: Environment): T {
  const result = schema.safeParse(env, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message, input }) => {
    return `${path.join(".")}: expected ${message}, got ${shown(String(path[0]), input)}`;
  });
  throw new SettingsError(problems.join("\n"));
}

function shown(variable: string, input: unknown): string {
  if (input === undefined) return "nothing";
  return isSecret(variable) ? "something else, which is not shown" : withoutCredentials(JSON.stringify(input));
}

/**
 * What each setting of a stack may be, each with the words in which a wrong one is refused. settings.ts says what they
 * mean.
 *
 * A setting that depends on another one reads it from the unchecked values, so that every problem shows at the first try
 * and none masks another.
 */
import { z } from "zod";
import { mostLoadBalancers, storesByDefault } from "../infra/certificate-plan.ts";
import { parseCidr } from "../infra/cidr.ts";
import { definitionBytes, mostDefinitionBytes } from "../infra/definition-size.ts";
import { erpSecretsOf, syntheticStore } from "../infra/names.ts";
import { cpuSizes, memorySizes } from "../infra/sizes.ts";
import { isFreezeTime, isTimeZone, isWindow } from "./freeze.ts";
import type { StackEntry } from "./registry.ts";
import type { Settings, StoreSettings } from "./settings.ts";

/** The settings as they are written, before anything is known of them. */
type Raw = Record<string, unknown>;

/** With it, five load balancers hold 1,000 stores. */
const mostStoresPerLoadBalancer = 200;
/** A rule of a load balancer compares with 5 values at the most (ELB user guide, "Quotas"): host name and aliases. */
const mostAliases = 4;
/**
 * Characters of a certificate's first name (ACM API reference, RequestCertificate: 64 octets). Ahead of the domain and its
 * dot, an alias has 63 at the most: all fit the 128 of a host rule (ELB API reference, HostHeaderConditionConfig).
 */
const longestFirstName = 64;
const mostContainers = 100;
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const domainPattern = new RegExp(`^(?=.{1,253}$)(?:${label}\\.)+[a-z]{2,63}$`);
const labelPattern = new RegExp(`^${label}$`);
/** Secrets Manager API reference, CreateSecret: Name, 512 characters; what is left of them after the stack's prefix. */
const secretPattern = /^[\w/+=.@-]{1,400}$/;
const storePattern = /^[a-z][a-z0-9-]{0,31}$/;

/** The schema of a stack's settings, `raw` being what it is about to check. */
export function settingsSchema(stack: StackEntry, raw: Raw): z.ZodType<Settings> {
  return z.strictObject({
    region: text(
      `${stack.region}, the region of ${stack.name} in stacks/registry.ts`,
      (value) => value === stack.region,
    ),
    account: text('an AWS account, 12 digits in quotes, e.g. "123456789012"', (value) => /^\d{12}$/.test(value)),
    domain: firstName(text("a domain in lower case, e.g. au.orderhub.example", isDomain), "use a shorter domain"),
    cidr: text("an IPv4 range /16 to /19 at its network address, e.g. 10.0.0.0/16", isNetwork).default("10.0.0.0/16"),
    zones: whole("availability zones", 2, 3).default(2),
    natPerZone: yesOrNo().default(true),
    deletionProtection: yesOrNo().default(true),
    firewall: firewall(),
    ingest: size(raw.ingest, 2),
    dispatch: size(raw.dispatch, 1),
    stores: stores(raw, erpSecretsOf(stack.name)),
    storesPerLoadBalancer: whole("stores", 1, mostStoresPerLoadBalancer).default(storesByDefault),
    erpTimeoutSeconds: whole("seconds", 1, 25).default(10),
    logRetentionDays: oneOf("days", retentionDays).default(30),
    alarmEmail: z.email({ error: "an e-mail address" }),
    oldestOrderSeconds: whole("seconds", 60, 86_400).default(300),
    verificationSeconds: whole("seconds", 5, 1_800).default(300),
    bakeSeconds: whole("seconds", 0, 86_400).default(300),
    uncommitted: yesOrNo().default(false),
    breakGlass: breakGlass().optional(),
    freeze: freeze(stack),
    timeZone: text("a time zone's IANA name, e.g. Australia/Sydney", isTimeZone).default("UTC"),
    resolver: text("an https URL without query", isResolver).default("https://dns.google/resolve"),
  });
}

function firewall() {
  const most = 2_000_000;
  return z
    .strictObject(
      {
        mode: z.enum(["count", "block"], { error: "count or block" }).default("count"),
        addressLimit: whole("requests in 5 minutes", 100, most).default(60_000),
        hostLimit: whole("requests in 5 minutes", 100, most).default(300_000),
      },
      { error: "mode, addressLimit and hostLimit" },
    )
    .prefault({});
}

function breakGlass() {
  return z.strictObject(
    {
      release: text("the release that may pass, 12 hexadecimal digits", (value) => /^[0-9a-f]{12}$/.test(value)),
      reason: reason(),
    },
    { error: "release and reason" },
  );
}

function reason() {
  return text("a written reason, 10 to 500 characters", ({ length }) => length >= 10 && length <= 500);
}

function freeze({ role }: StackEntry) {
  const most = role === "staging" ? 0 : 50;
  const error =
    most === 0 ? "no freeze windows: staging takes releases at any time" : `a list of up to ${most} windows`;
  const time = () => text("a local time, 2026-12-20T17:00, or one of every week, Fri 17:00", isFreezeTime);
  const window = z
    .strictObject(
      {
        ...{ from: time(), to: time() },
        reason: text("a written reason, 3 to 200 characters", ({ length }) => length >= 3 && length <= 200),
      },
      { error: "from, to and reason" },
    )
    .superRefine(({ from, to }, context) => {
      if (!isFreezeTime(from) || !isFreezeTime(to) || isWindow(from, to)) return;
      const message = "a time after from and written like it: two dates, or two times of the week that differ";
      context.addIssue({ code: "custom", path: ["to"], input: to, message });
    });
  return z.array(window, { error }).max(most, { error }).default([]);
}

function text(expected: string, fits: (value: string) => boolean) {
  return z.string({ error: expected }).refine(fits, { error: expected });
}

function yesOrNo() {
  return z.boolean({ error: "true or false" });
}

function whole(unit: string, least: number, most: number) {
  const error = `a whole number of ${unit}, ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

function oneOf(unit: string, values: readonly number[]) {
  const error = `a number of ${unit}, one of ${values.join(", ")}`;
  return z.number({ error }).refine((value) => values.includes(value), { error });
}

function isNetwork(cidr: string): boolean {
  try {
    const { prefix } = parseCidr(cidr);
    return prefix >= 16 && prefix <= 19;
  } catch {
    return false;
  }
}

/** Fargate has only some memory sizes for a cpu; which, depends on the cpu beside it. So does `max` on `count`. */
function size(raw: unknown, leastCount: number) {
  const cpu = isRecord(raw) && typeof raw.cpu === "number" ? raw.cpu : undefined;
  const count = isRecord(raw) && typeof raw.count === "number" ? raw.count : leastCount;
  const memories = cpu === undefined ? [] : memorySizes(cpu);
  const memory =
    memories.length > 0 ? oneOf(`MiB that Fargate has for ${cpu} CPU units`, memories) : whole("MiB", 512, 122_880);
  return z.strictObject(
    {
      cpu: oneOf("CPU units", cpuSizes),
      memory,
      count: whole("containers", leastCount, mostContainers),
      max: whole("containers that is not below count", Math.min(count, mostContainers), mostContainers).default(
        Math.min(2 * count, mostContainers),
      ),
    },
    { error: "cpu, memory, count and max" },
  );
}

function stores(raw: Raw, secrets: string) {
  const each = isWithin(raw.storesPerLoadBalancer, 1, mostStoresPerLoadBalancer)
    ? raw.storesPerLoadBalancer
    : storesByDefault;
  const mostStores = mostLoadBalancers * each;
  const error = `a list of 1 to ${mostStores} stores, each with name, hostname and erp`;
  const list = Array.isArray(raw.stores) ? raw.stores.filter(isRecord) : [];
  const names = list.flatMap(({ hostname, aliases }) => [hostname, ...(Array.isArray(aliases) ? aliases : [])]);
  const store = z
    .strictObject(
      {
        name: storeName(list.map(({ name }) => name)),
        hostname: storeHostname(raw.domain, names),
        aliases: storeAliases(raw.domain, names),
        erp: text("an https URL on port 443 without user or fragment", isErp),
        erpCredentials: text(
          `the name of a secret, ${secrets} and 1 to 400 letters, digits and /_+=.@-, not ending in /inbound`,
          (name) =>
            name.startsWith(secrets) && secretPattern.test(name.slice(secrets.length)) && !name.endsWith("/inbound"),
        ).optional(),
        erpSuccess: erpSuccess().optional(),
        erpRetryStatuses: retryStatuses().optional(),
        unsigned: reason().optional(),
        inSequence: yesOrNo().default(false),
        sequenceMinutes: whole("minutes", 1, 2_880).optional(),
      },
      { error: "name, hostname, erp and perhaps others that docs/settings.md lists" },
    )
    .superRefine(({ inSequence, sequenceMinutes }, context) => {
      if (sequenceMinutes === undefined || inSequence) return;
      const message = "no sequenceMinutes: the store's orders need no sequence (inSequence is false)";
      context.addIssue({ code: "custom", path: ["sequenceMinutes"], input: sequenceMinutes, message });
    })
    .superRefine(({ hostname, aliases }, context) => {
      if (aliases.length === 0 || isPlatformName(hostname, raw.domain)) return;
      const message = "no aliases: the certificate of a store's own domain has that one name";
      context.addIssue({ code: "custom", path: ["aliases"], input: aliases, message });
    });
  return z.array(store, { error }).min(1, { error }).max(mostStores, { error }).superRefine(fitDefinition(raw));
}

const mostPattern = 200;

/** As service/erp-settings.ts has it, which the image holds alone. */
function erpSuccess() {
  const error = `pointer (a JSON pointer, e.g. /ok) and equals, or pattern (a regular expression of up to ${mostPattern} characters)`;
  const equals = z.union([z.string(), z.number(), z.boolean()], { error });
  const pointer = text(error, (value) => /^(\/([^~]|~[01])*)*$/.test(value));
  return z.union([z.strictObject({ pointer, equals }), z.strictObject({ pattern: text(error, isPattern) })], { error });
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return pattern.length > 0 && pattern.length <= mostPattern;
  } catch {
    return false;
  }
}

function retryStatuses() {
  const error = "a list of 1 to 10 statuses from 400 to 499";
  const status = z.int({ error }).min(400, { error }).max(499, { error });
  return z.array(status, { error }).min(1, { error }).max(10, { error });
}

/** All stores stand in the containers' task definitions (docs/decisions/0014-stores-keep-their-places.md). */
function fitDefinition({ account, region, domain }: Raw) {
  return (all: readonly StoreSettings[], context: z.RefinementCtx) => {
    const place = { account: String(account), region: String(region), domain: String(domain) };
    const bytes = definitionBytes(all, place);
    if (bytes <= mostDefinitionBytes) return;
    context.addIssue({
      code: "custom",
      input: `${all.length} stores of ${bytes} bytes`,
      message:
        `stores that fit a task definition of ECS, which has ${mostDefinitionBytes} bytes; ` +
        "give some of them a stack of their own, or shorter names of stores and secrets and shorter URLs",
    });
  };
}

function storeName(all: readonly unknown[]) {
  return text("1 to 32 lower-case letters, digits and hyphens, a letter first", (name) => storePattern.test(name))
    .refine((name) => name !== syntheticStore, { error: `another name: ${syntheticStore} is verification's own store` })
    .refine((name) => isSingle(name, all), { error: "a name that no other store has" });
}

function storeHostname(domain: unknown, all: readonly unknown[]) {
  const hostname = text(
    `one label in lower case under the stack's domain, e.g. acme.${domain}, or a domain of the store's own`,
    (hostname) => isPlatformName(hostname, domain) || isOwnDomain(hostname, domain),
  ).refine((hostname) => isSingle(hostname, all), { error: "a hostname that no other store has" });
  return firstName(hostname, "use a shorter hostname; under the stack's domain, an alias may be longer");
}

/** A name that is the first of a certificate. */
function firstName(name: z.ZodString, fix: string): z.ZodString {
  const error = `at most ${longestFirstName} characters: ACM takes no longer first name of a certificate. Fix: ${fix}`;
  return name.refine(({ length }) => length <= longestFirstName, { error });
}

function storeAliases(domain: unknown, all: readonly unknown[]) {
  const error = `a list of up to ${mostAliases} names`;
  const alias = text(`one label in lower case under the stack's domain, e.g. www.${domain}`, (name) =>
    isPlatformName(name, domain),
  ).refine((name) => isSingle(name, all), { error: "a hostname that no other store has" });
  return z.array(alias, { error }).max(mostAliases, { error }).default([]);
}

/** Under a domain that is itself wrong, nothing more can be said of the host name. */
function isPlatformName(hostname: string, domain: unknown): boolean {
  const [first = "", ...rest] = hostname.split(".");
  return labelPattern.test(first) && (rest.join(".") === domain || !isDomain(domain));
}

/** Elsewhere than all of the platform's stacks, whose domains lie under one of two labels or more. */
function isOwnDomain(hostname: string, domain: unknown): boolean {
  const parent = String(domain).slice(String(domain).indexOf(".") + 1);
  const platform = isDomain(parent) ? parent : String(domain);
  return isDomain(hostname) && hostname !== platform && !hostname.endsWith(`.${platform}`);
}

function isDomain(value: unknown): boolean {
  return typeof value === "string" && domainPattern.test(value);
}

function isSingle(value: string, all: readonly unknown[]): boolean {
  return all.filter((other) => other === value).length <= 1;
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

function isResolver(value: string): boolean {
  return isErp(value) && new URL(value).search === "";
}

function isErp(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, port, username, password, hash } = new URL(value);
  return protocol === "https:" && `${port}${username}${password}${hash}` === "";
}

function isRecord(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

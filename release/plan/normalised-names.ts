import { type Properties, type Resource, regionOf } from "./graph.ts";

/** How the engine writes a value that is unknown before the update. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Texts that name something of one stack, and what replaces them in every stack. Longest first. */
export type Names = readonly (readonly [text: string, stands: string])[];

/**
 * What differs from stack to stack by nature: the stack's own name, its domain, region and account, and whatever AWS
 * gave its resources as identity.
 */
export function namesOf(resources: readonly Resource[]): Names {
  const names = new Map<string, string>();
  const stack = resources.find((r) => r.type === "pulumi:pulumi:Stack")?.urn.split(":")[2];
  // Region registers what it is of: its domain, AWS region and account.
  const region = regionOf(resources);
  for (const [property, value] of Object.entries({
    stack,
    domain: region.domain,
    region: region.region,
    account: region.account,
  }))
    if (typeof value === "string" && value) names.set(value, `{${property}}`);
  const own = longestFirst([...names]);
  const plain = (text: string) => own.reduce((t, [from, to]) => t.replaceAll(from, to), text);
  for (const { type, name, id, inputs, outputs } of resources) {
    // A component repeats what its parts have.
    if (type.startsWith("order-queue:") || type.startsWith("pulumi:")) continue;
    const { __defaults = [], ...all } = inputs;
    const written = Object.entries(all).filter(([property]) => !__defaults.includes(property));
    const said = new Set(written.map(([, value]) => value));
    // Automatic names first: they are known before the resource is there, its id is not, and often the two are one.
    const chosen = leaves(Object.fromEntries(__defaults.map((property: string) => [property, inputs[property]])));
    for (const [path, value] of [...chosen, ["id", id] as const, ...leaves(outputs)])
      if (identifies.has(path.split(".").at(-1) ?? path) && typeof value === "string" && value.length > 7)
        if (!isUnknown(value) && !said.has(value) && generated.test(plain(value)) && !names.has(value))
          names.set(value, `{${type} ${plain(name)} ${path}}`);
  }
  return longestFirst([...names]);
}

/**
 * What no program wrote: the hexadecimal or upper-case tail that AWS, or automatic naming, puts into an identity, the number
 * of a task definition's revision, or the six characters that end a secret's ARN (Secrets Manager user guide, "What's in a
 * Secrets Manager secret?").
 */
const generated = /[0-9a-f]{7}|[0-9A-Z]{10}|:task-definition\/.*:\d+$|:secret:.+-[0-9A-Za-z]{6}$/;

function longestFirst(names: Names): Names {
  return names.toSorted(([x], [y]) => y.length - x.length);
}

/** Outputs by which other resources refer to one. */
const identifies = new Set([
  "id",
  "arn",
  "arnSuffix",
  "url",
  "name",
  "bucket",
  "dnsName",
  "zoneId",
  "repositoryUrl",
  "publicIp",
  "prefixListId",
  "fqdn",
  "repoDigest",
  "certificateArn",
  "versionId",
  "resourceRecordName",
  "resourceRecordValue",
]);

/**
 * The value with every name of the stack (and of the store, within one) left open; JSON text becomes what it says.
 *
 * A region's further load balancers are named after its first, `{stack}-lb2`: what belongs to one is named as what
 * belongs to the first, and in a list the same thing twice counts once. So each of them is compared with the first.
 */
export function normalise<T>(value: T, names: Names, store?: Properties): T {
  // The store's own name last: identities are named by logical names, which contain it.
  const all: Names = store
    ? [...longestFirst([...names, [store.hostname, "{hostname}"]]), [store.store, "{store}"]]
    : names;
  const walk = (v: unknown): unknown => {
    if (typeof v === "string") {
      const parsed = json(v);
      if (parsed !== undefined) return walk(parsed);
      return all.reduce((text, [from, to]) => text.replaceAll(from, to), v).replaceAll(furtherLoadBalancer, "{stack}");
    }
    if (Array.isArray(v)) return withoutRepeats(v.map(walk));
    if (v !== null && typeof v === "object") return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, walk(x)]));
    return v;
  };
  return walk(value) as T;
}

/** infra/load-balancer.ts, loadBalancerName. */
const furtherLoadBalancer = /\{stack\}-lb[2-9]\b/g;

/** The list without repeated items. An unknown plain value may be anything, and stays. */
function withoutRepeats(list: unknown[]): unknown[] {
  const seen = new Set<string>();
  const kept: unknown[] = [];
  for (const item of list) {
    const text = JSON.stringify(item);
    const repeated = !isUnknown(text)
      ? seen.has(text)
      : typeof item === "object" && kept.some((one) => equalWhereKnown(one, item));
    if (!repeated) kept.push(item);
    seen.add(text);
  }
  return kept;
}

/** Whether two values are equal as far as both are known. */
function equalWhereKnown(one: unknown, other: unknown): boolean {
  const [left, right] = [leaves(one), leaves(other)];
  const paths = new Set([...left.keys(), ...right.keys()]);
  return [...paths].every((path) => {
    const [here, there] = [left.get(path), right.get(path)];
    return here === there || isUnknown(here) || isUnknown(there);
  });
}

/** What a text that is a JSON object or list says; undefined for any other. */
export function json(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Every plain value by its path, `containerDefinitions[0].environment[STORE_ERPS].value`. A list item with a plain name
 * goes by it where no other item has the same name: two values never share a path.
 */
export function leaves(value: unknown, path = "", into = new Map<string, unknown>()): Map<string, unknown> {
  if (Array.isArray(value)) {
    const names = value.map((item) => (item as Properties | null | undefined)?.name);
    for (const [index, name] of names.entries()) {
      const isOnce = names.indexOf(name) === names.lastIndexOf(name);
      leaves(value[index], `${path}[${isOnce && isPlainName(name) ? name : index}]`, into);
    }
    if (value.length === 0) into.set(path, "[]");
  } else if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) leaves(inner, path ? `${path}.${key}` : key, into);
    // Its name alone can be what is said: `overrideAction: { none: {} }`.
    if (path && Object.keys(value).length === 0) into.set(path, "{}");
  } else into.set(path, value);
  return into;
}

/** Whether a list item can go by its name: a number could be the index of another item. */
export function isPlainName(name: unknown): boolean {
  return typeof name === "string" && /^[\w-]+$/.test(name) && !/^\d+$/.test(name) && !isUnknown(name);
}

/** Whether a value is, or contains, one that is resolved only by the update. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && value.includes(UNKNOWN);
}

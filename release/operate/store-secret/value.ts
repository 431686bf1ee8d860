/** What the value of a store's secret becomes. Pure but for the random bytes of a new key. */
import { randomBytes } from "node:crypto";
import { z } from "zod";

/** How a store says that an order is its own: `signing` keys of Standard Webhooks, or `bearer` keys. */
export type Kind = "signing" | "bearer";

/** The newest key first; two of a kind while one is replaced. As service/inbound-secrets.ts reads it. */
export type Value = Readonly<Record<Kind, readonly string[]>>;

/** The secret cannot be changed as asked; the message says why and what to do. */
export class SecretRefused extends Error {
  override readonly name = "SecretRefused";
}

export interface Change {
  what: "create" | "add" | "retire";
  kind: Kind;
  value: Value;
  /** The new key; undefined where one is retired. */
  key?: string;
}

const keys = z.array(z.string()).max(2).default([]);
const schema = z.strictObject({ signing: keys, bearer: keys });
const most = 2;

/** @throws {SecretRefused} where it is no value of a store's secret; the value is not shown */
export function readValue(text: string, secret: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new SecretRefused(
      `${secret}: its value is not that of a store's secret; expected {"signing": ["whsec_…"], "bearer": ["…"]}. ` +
        `Fix: aws secretsmanager put-secret-value --secret-id ${secret}`,
    );
  }
}

/**
 * A new key of a kind, with which those that are there stay valid.
 *
 * @throws {SecretRefused} where two are valid already: the store may still use the older one
 */
export function addKey(value: Value | undefined, kind: Kind, again: string): Change {
  const there = value?.[kind] ?? [];
  if (there.length >= most)
    throw new SecretRefused(
      `two ${kind} keys are valid already, and the store may use the older one. Fix: ${again} --retire --yes, once the store uses the newer one`,
    );
  const key = newKey(kind);
  const others = value ?? { signing: [], bearer: [] };
  return { what: value === undefined ? "create" : "add", kind, key, value: { ...others, [kind]: [key, ...there] } };
}

/**
 * Without the oldest key of a kind.
 *
 * @throws {SecretRefused} where no key would be left
 */
export function retireKey(value: Value | undefined, kind: Kind, again: string): Change {
  const there = value?.[kind] ?? [];
  const total = (value?.signing.length ?? 0) + (value?.bearer.length ?? 0);
  if (value === undefined || there.length === 0 || total === 1)
    throw new SecretRefused(
      `${there.length} ${kind} ${there.length === 1 ? "key is" : "keys are"} valid; expected another key that stays. Fix: ${again} --yes, which adds one`,
    );
  return { what: "retire", kind, value: { ...value, [kind]: there.slice(0, -1) } };
}

/** 32 random bytes; those of Standard Webhooks behind its prefix, in base64. */
function newKey(kind: Kind): string {
  const bytes = randomBytes(32);
  return kind === "signing" ? `whsec_${bytes.toString("base64")}` : bytes.toString("base64url");
}

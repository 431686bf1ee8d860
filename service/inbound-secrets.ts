/** With what the orders of each store are signed: fetched, kept for minutes, and renewed without a deployment. */
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Logger } from "pino";
import { z } from "zod";
import { type Clock, realClock } from "./clock.ts";

/** A secret's value: what is valid now, two of each while one is replaced. */
export interface StoreSecrets {
  /** Of Standard Webhooks: `whsec_` and the key in base64. */
  signing: string[];
  /** For who cannot sign: sent whole, as `Authorization: Bearer …`. */
  bearer: string[];
}

/** The value of a secret by its name; undefined where there is none. @throws Error where it cannot be had now */
export type FetchSecret = (name: string) => Promise<string | undefined>;

/** As old as a value may be until it is fetched again; until then, and while that fails, it counts. */
const FRESH_MS = 5 * 60_000;
/** From one fetch of a store's secret to the next, whatever its result: no client makes ingest ask more often. */
const PAUSE_MS = 30_000;
/** The same while there is no good value, and orders wait for one. */
const FIRST_PAUSE_MS = 5_000;

const WEBHOOK_KEY = /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/;
const BEARER = /^[\x21-\x7e]{32,}$/;
const valueSchema = z
  .strictObject({
    signing: z.array(z.string().regex(WEBHOOK_KEY)).max(2).default([]),
    bearer: z.array(z.string().regex(BEARER)).max(2).default([]),
  })
  .refine(({ signing, bearer }) => signing.length + bearer.length > 0);

interface Kept {
  /** The last good value; undefined where there was none yet. */
  secrets?: StoreSecrets;
  fetchedAt: number;
  triedAt: number;
  fetching?: Promise<void>;
}

/** The secrets of the stores, as last fetched. */
export class InboundSecrets {
  readonly #prefix: string;
  readonly #fetch: FetchSecret;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  /** @param prefix what the secrets' names begin with: PREFIX/STORE/inbound */
  constructor(prefix: string, fetch: FetchSecret, log: Logger, clock: Clock = realClock) {
    this.#prefix = prefix;
    this.#fetch = fetch;
    this.#log = log;
    this.#clock = clock;
  }

  /** Undefined where there is no good value, and none can be had now. Waits for the first one only. */
  async of(store: string): Promise<StoreSecrets | undefined> {
    const kept = this.#keptOf(store);
    if (this.#clock.now() - kept.fetchedAt < FRESH_MS) return kept.secrets;
    const fetching = this.#refresh(store, kept);
    if (kept.secrets === undefined) await fetching;
    return kept.secrets;
  }

  /** What it is now, where the one that is kept does not fit: it may have been replaced. */
  async renewed(store: string): Promise<StoreSecrets | undefined> {
    const kept = this.#keptOf(store);
    await this.#refresh(store, kept);
    return kept.secrets;
  }

  #keptOf(store: string): Kept {
    const kept = this.#kept.get(store) ?? { fetchedAt: Number.NEGATIVE_INFINITY, triedAt: Number.NEGATIVE_INFINITY };
    this.#kept.set(store, kept);
    return kept;
  }

  async #refresh(store: string, kept: Kept): Promise<void> {
    if (kept.fetching !== undefined) return kept.fetching;
    const pause = kept.secrets === undefined ? FIRST_PAUSE_MS : PAUSE_MS;
    if (this.#clock.now() - kept.triedAt < pause) return;
    kept.triedAt = this.#clock.now();
    kept.fetching = this.#load(store, kept);
    await kept.fetching;
    delete kept.fetching;
  }

  async #load(store: string, kept: Kept): Promise<void> {
    const name = `${this.#prefix}/${store}/inbound`;
    try {
      const value = await this.#fetch(name);
      if (value === undefined) throw new Error("there is no such secret");
      kept.secrets = read(value);
      kept.fetchedAt = this.#clock.now();
    } catch (error) {
      const { message } = error as Error;
      this.#log.error({ store, secret: name, reason: message, kept: kept.secrets !== undefined }, "secret not fetched");
    }
  }
}

/** What is wrong with a value is not said with the value: it is a secret. */
function read(value: string): StoreSecrets {
  try {
    return valueSchema.parse(JSON.parse(value));
  } catch {
    throw new Error('its value is not {"signing": ["whsec_…"], "bearer": ["…"]}, one or two of either');
  }
}

/** One try is a second to connect and two for the answer; a store waits for it once after a start. */
export function secretsManager(region: string): FetchSecret {
  const client = new SecretsManagerClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  return async (name) => {
    try {
      return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };
}

/** What stores and others must have been answered in a soak. Pure. */

/** An order that ingest has to refuse. */
export interface FalseOrder {
  key: string;
  stack: string;
  /** What is wrong with it. */
  flaw: string;
  /** With what it was answered, and what the documentation says (docs/stores.md). */
  status: number;
  expected: number;
}

/** How many orders were accepted while slow senders held their connections. */
export interface Meanwhile {
  stack: string;
  /** The store to whose host they sent. */
  store: string;
  /** Orders of that store, and of all others of its stack. */
  own: number;
  others: number;
}

/** A moment of a store, in milliseconds since 1970. */
export interface StoreMoment {
  stack: string;
  store: string;
  at: number;
}

export interface Answers {
  falseOrders: readonly FalseOrder[];
  meanwhile: readonly Meanwhile[];
  /** Each new secret of a store, from when on it signs with it. */
  newSecrets: readonly StoreMoment[];
  /** Each 401 to an order that was signed with its store's newest secret. */
  notAuthentic: readonly StoreMoment[];
}

/** How long ingest may go by a store's former secrets, in milliseconds (docs/stores.md; service/inbound-secrets.ts). */
const KEPT_MS = 5 * 60_000;

/** A line for each answer that was another than it had to be. */
export function judgeAnswers({ falseOrders, meanwhile, newSecrets, notAuthentic }: Answers): string[] {
  return [
    ...falseOrders
      .filter(({ status, expected }) => status !== expected)
      .map(
        ({ key, stack, flaw, status, expected }) =>
          `${key} of ${stack}, with ${flaw}, was answered ${status}; expected ${expected}`,
      ),
    ...meanwhile.flatMap(({ stack, store, own, others }) => [
      ...(own > 0 ? [] : [`no order of ${stack} ${store} was accepted while slow senders were connected to its host`]),
      ...(others > 0
        ? []
        : [`no order of another store of ${stack} was accepted while slow senders were connected to ${store}'s host`]),
    ]),
    ...notAuthentic
      .filter((refusal) => !newSecrets.some((secret) => mayRefuse(secret, refusal)))
      .map(({ stack, store, at }) => {
        const time = new Date(at).toISOString();
        return `${stack} ${store} was answered 401 at ${time}, and had no new secret within the ${KEPT_MS / 60_000} min before`;
      }),
  ];
}

function mayRefuse({ stack, store, at }: StoreMoment, refusal: StoreMoment): boolean {
  return stack === refusal.stack && store === refusal.store && refusal.at >= at && refusal.at - at <= KEPT_MS;
}

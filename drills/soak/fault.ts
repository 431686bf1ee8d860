/** The faults of a soak, and where they can be injected. */

/** The stacks, each with its stores. */
export interface Ground {
  stacks: readonly { name: string; stores: readonly GroundStore[] }[];
}

export interface GroundStore {
  name: string;
  /** Whether its host name is of the stack's own domain: only then may it get and lose a further name. */
  platform: boolean;
  /** Whether an order that its ERP does not take holds up those behind it. */
  inSequence: boolean;
  /** Whether its ERP's answers are judged by a success rule, not by their status alone. */
  successRule: boolean;
}

export interface InStack {
  stack: string;
}
export interface OfStore extends InStack {
  store: string;
}

export const services = ["ingest", "dispatch", "canary"] as const;
export type Service = (typeof services)[number];

/** How a slow sender sends the body: one byte and no more, byte by byte with its length said before, or without it. */
export const manners = ["stalled", "trickling", "chunked"] as const;
export type Manner = (typeof manners)[number];

/** What is wrong with an order's signature. */
export const flaws = ["another secret", "another store's secret", "an old timestamp", "no signature"] as const;
export type Flaw = (typeof flaws)[number];

/** `answers` and `requests` are how many of them have to meet the fault before it is over. */
export type Fault =
  /** kill -9 of one container of a service, or of all of them. */
  | ({ kind: "kill"; service: Service; all: boolean } & InStack)
  | ({ kind: "erpFails"; status: number; requests: number } & OfStore)
  /** It answers 409 to every order, as where it is still busy with an earlier post of it. */
  | ({ kind: "erpConflicts"; requests: number } & OfStore)
  /** It answers 200 with an error in its body, of a store with a success rule. */
  | ({ kind: "erpErrsIn200"; requests: number } & OfStore)
  /** It takes requests and never answers. */
  | ({ kind: "erpHangs"; requests: number } & OfStore)
  | ({ kind: "erpSlow"; milliseconds: number; requests: number } & OfStore)
  /** Its name servers do not answer, and it closes its connections. */
  | ({ kind: "erpNameHangs"; requests: number } & OfStore)
  /** An order of a store in sequence that its ERP answers with 409 for good. */
  | ({ kind: "sequenceHeld" } & OfStore)
  /** SQS refuses every call, in every region. */
  | { kind: "queueRefuses"; answers: number }
  /** An accepted order is sent again so many times at once; `which` is its place among the store's, from 0 to 1. */
  | ({ kind: "duplicate"; which: number; times: number } & OfStore)
  /** An order that its ERP refuses for good. */
  | ({ kind: "poison"; status: number } & OfStore)
  /** Clients that send the headers of an order, and its body slowly or not at all. */
  | ({ kind: "slowSenders"; connections: number; manner: Manner } & OfStore)
  /** An order that does not come from its store, as far as its signature says. */
  | ({ kind: "wrongSignature"; flaw: Flaw } & OfStore)
  /** A store gets a new secret, signs with it, and the one before is withdrawn. */
  | ({ kind: "secretRotation" } & OfStore)
  | ({ kind: "renewal" } & OfStore)
  /** kill -9 of the twin: all of AWS, and every container with it. */
  | { kind: "twinRestart" }
  /** A certificate of other names takes the place of a store's. */
  | ({ kind: "replacement" } & OfStore)
  /** A changed setting, which rolls new containers out. */
  | ({ kind: "deployment" } & InStack)
  /** A deployment that is rolled back. */
  | ({ kind: "rollback" } & InStack)
  /** A new image, released to every stack through staging's rehearsal. */
  | { kind: "rebuild" };

export type Kind = Fault["kind"];
export type FaultOf<K extends Kind> = Extract<Fault, { kind: K }>;

/** A fault in a few words. */
export function words(fault: Fault): string {
  const { kind, ...rest } = fault;
  return [kind, ...Object.values(rest)].join(" ");
}

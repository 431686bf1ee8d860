/** Which faults a soak injects, in which order: drawn from the seed alone, so that a failed seed can be repeated. */
import { Random } from "./random.ts";

/** Where faults can be injected: the stacks, each with its stores. */
export interface Ground {
  stacks: readonly { name: string; stores: readonly GroundStore[] }[];
}

export interface GroundStore {
  name: string;
  /** Whether its host name is of the stack's own domain: only then may it get and lose a further name. */
  platform: boolean;
  /** Whether an order that its ERP refuses for good holds up those behind it, for some ten minutes. */
  inSequence: boolean;
}

interface InStack {
  stack: string;
}
interface OfStore extends InStack {
  store: string;
}

/** `answers` and `requests` are how many of them have to meet the fault before it is over. */
export type Fault =
  /** kill -9 of one container of a service, or of all of them. */
  | ({ kind: "kill"; service: Service; all: boolean } & InStack)
  | ({ kind: "erpFails"; status: number; requests: number } & OfStore)
  /** It takes requests and never answers. */
  | ({ kind: "erpHangs"; requests: number } & OfStore)
  | ({ kind: "erpSlow"; milliseconds: number; requests: number } & OfStore)
  /** SQS refuses every call, in every region. */
  | { kind: "queueRefuses"; answers: number }
  /** An accepted order is sent again so many times at once; `which` is its place among the store's, from 0 to 1. */
  | ({ kind: "duplicate"; which: number; times: number } & OfStore)
  /** An order that its ERP refuses for good. */
  | ({ kind: "poison"; status: number } & OfStore)
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
export type Service = (typeof services)[number];

const services = ["ingest", "dispatch", "canary"] as const;

/** Per some 9,000 faults: what takes the engine tens of seconds is rare. */
const weights: Readonly<Record<Kind, number>> = {
  kill: 2_000,
  erpFails: 1_700,
  erpHangs: 300,
  erpSlow: 1_200,
  queueRefuses: 250,
  duplicate: 1_800,
  poison: 450,
  renewal: 1_200,
  twinRestart: 30,
  replacement: 10,
  deployment: 10,
  rollback: 5,
  rebuild: 2,
};
export const kinds = Object.keys(weights) as Kind[];

/** Those that need the engine, or everything started again: none in a short soak, at least one of each in a longer one. */
export const costly: readonly Kind[] = ["twinRestart", "replacement", "deployment", "rollback", "rebuild"];
/** Faults from which a soak is a longer one. */
export const longFrom = 200;

/** @param count how many faults */
export function schedule(seed: number, count: number, ground: Ground): Fault[] {
  const random = new Random(seed);
  const drawn = drawKinds(random, count);
  return drawn.map((kind) => draw[kind](random, ground));
}

function drawKinds(random: Random, count: number): Kind[] {
  const long = count >= longFrom;
  const allowed = Object.fromEntries(Object.entries(weights).filter(([kind]) => long || !isCostly(kind as Kind)));
  const drawn = Array.from({ length: count }, () => random.weighted(allowed) as Kind);
  if (!long) return drawn;
  for (const kind of costly.filter((kind) => !drawn.includes(kind))) {
    const cheap = drawn.flatMap((other, index) => (isCostly(other) ? [] : [index]));
    drawn[random.one(cheap)] = kind;
  }
  return drawn;
}

const isCostly = (kind: Kind): boolean => costly.includes(kind);

const draw: { readonly [K in Kind]: (random: Random, ground: Ground) => Extract<Fault, { kind: K }> } = {
  kill: (random, ground) => ({
    kind: "kill",
    ...stackOf(random, ground),
    service: random.one(services),
    all: random.next() < 0.25,
  }),
  erpFails: (random, ground) => ({
    kind: "erpFails",
    ...storeOf(random, ground),
    status: random.one([500, 502, 503, 429, 408, 409]),
    requests: random.between(1, 3),
  }),
  erpHangs: (random, ground) => ({ kind: "erpHangs", ...storeOf(random, ground), requests: random.between(1, 2) }),
  erpSlow: (random, ground) => ({
    kind: "erpSlow",
    ...storeOf(random, ground),
    milliseconds: random.between(200, 3_000),
    requests: random.between(1, 3),
  }),
  queueRefuses: (random) => ({ kind: "queueRefuses", answers: random.between(1, 10) }),
  duplicate: (random, ground) => ({
    kind: "duplicate",
    ...storeOf(random, ground),
    which: random.next(),
    times: random.between(1, 4),
  }),
  poison: (random, ground) => ({
    kind: "poison",
    ...random.one(storesIn(ground).filter(({ inSequence }) => !inSequence)).of,
    status: random.one([400, 404, 422]),
  }),
  renewal: (random, ground) => ({ kind: "renewal", ...storeOf(random, ground) }),
  twinRestart: () => ({ kind: "twinRestart" }),
  replacement: (random, ground) => ({
    kind: "replacement",
    ...random.one(storesIn(ground).filter(({ platform }) => platform)).of,
  }),
  deployment: (random, ground) => ({ kind: "deployment", ...stackOf(random, ground) }),
  rollback: (random, ground) => ({ kind: "rollback", ...stackOf(random, ground) }),
  rebuild: () => ({ kind: "rebuild" }),
};

function storesIn({ stacks }: Ground): (Pick<GroundStore, "platform" | "inSequence"> & { of: OfStore })[] {
  return stacks.flatMap(({ name: stack, stores }) =>
    stores.map(({ name: store, platform, inSequence }) => ({ platform, inSequence, of: { stack, store } })),
  );
}

const stackOf = (random: Random, { stacks }: Ground): InStack => ({ stack: random.one(stacks).name });
const storeOf = (random: Random, ground: Ground): OfStore => random.one(storesIn(ground)).of;

/** What a fault has to itself while it lasts: two that share a place come one after the other, any others overlap. */
export function placesOf(fault: Fault, ground: Ground): string[] {
  switch (fault.kind) {
    case "kill":
      return [`${fault.stack} ${fault.service}`];
    case "erpFails":
    case "erpHangs":
    case "erpSlow":
      return [`${fault.stack} ${fault.store} ERP`];
    case "duplicate":
    case "poison":
      return [`${fault.stack} ${fault.store} orders`];
    case "renewal":
      return [`${fault.stack} ${fault.store} certificate`];
    case "queueRefuses":
      return ["queue"];
    case "twinRestart":
      return ["queue", "engine"];
    case "replacement":
    case "deployment":
    case "rollback":
      return ["queue", "engine", ...placesIn(fault.stack, ground)];
    case "rebuild":
      return ["queue", "engine", ...ground.stacks.flatMap(({ name }) => placesIn(name, ground))];
  }
}

/** What an update changes or waits for. ERPs and orders are no concern of it. */
function placesIn(stack: string, { stacks }: Ground): string[] {
  const stores = stacks.find(({ name }) => name === stack)?.stores ?? [];
  return [
    ...services.map((service) => `${stack} ${service}`),
    ...stores.map(({ name }) => `${stack} ${name} certificate`),
  ];
}

/** A fault in a few words. */
export function words(fault: Fault): string {
  const { kind, ...rest } = fault;
  return [kind, ...Object.values(rest)].join(" ");
}

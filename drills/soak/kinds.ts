/** Every kind of fault: how often it is drawn, what else is drawn of it, and what it needs while it lasts. */
import {
  type Fault,
  type FaultOf,
  flaws,
  type Ground,
  type GroundStore,
  type InStack,
  type Kind,
  manners,
  type OfStore,
  services,
} from "./fault.ts";
import type { Needs } from "./overlap.ts";
import type { Random } from "./random.ts";

interface Entry<K extends Kind> {
  /** Per some 10,000 faults. */
  weight: number;
  /** It needs the engine, starts everything again, or takes more than a minute: rare, and none in a short soak. */
  costly?: true;
  draw(random: Random, ground: Ground): Omit<FaultOf<K>, "kind">;
  needs(fault: FaultOf<K>, ground: Ground): Needs;
}

const table: { readonly [K in Kind]: Entry<K> } = {
  kill: {
    weight: 2_000,
    draw: (random, ground) => ({
      ...stackOf(random, ground),
      service: random.one(services),
      all: random.next() < 0.25,
    }),
    needs: ({ stack, service }) => ({ places: [`${stack} ${service}`] }),
  },
  erpFails: {
    weight: 1_300,
    draw: (random, ground) => ({
      ...storeOf(random, ground),
      status: random.one([500, 502, 503, 429, 408]),
      requests: random.between(1, 3),
    }),
    needs: erp,
  },
  erpConflicts: {
    weight: 400,
    draw: (random, ground) => ({ ...storeOf(random, ground), requests: random.between(1, 5) }),
    needs: erp,
  },
  erpErrsIn200: {
    weight: 400,
    draw: (random, ground) => ({
      ...storeOf(random, ground, ({ successRule }) => successRule),
      requests: random.between(1, 5),
    }),
    needs: erp,
  },
  erpHangs: {
    weight: 300,
    draw: (random, ground) => ({ ...storeOf(random, ground), requests: random.between(1, 2) }),
    needs: erp,
  },
  erpSlow: {
    weight: 1_200,
    draw: (random, ground) => ({
      ...storeOf(random, ground),
      milliseconds: random.between(200, 3_000),
      requests: random.between(1, 3),
    }),
    needs: erp,
  },
  // One of each stack at a time: each waits for another store's orders.
  erpNameHangs: {
    weight: 150,
    draw: (random, ground) => ({ ...storeOf(random, ground), requests: random.between(1, 3) }),
    needs: (fault) => ({ places: [...erp(fault).places, `${fault.stack} names`] }),
  },
  sequenceHeld: {
    weight: 3,
    costly: true,
    draw: (random, ground) => storeOf(random, ground, ({ inSequence }) => inSequence),
    // A container that is started counts the minute from its own start.
    needs: (fault) => ({
      places: [...erp(fault).places, ...orders(fault).places],
      shared: ["engine", `${fault.stack} dispatch`],
    }),
  },
  queueRefuses: {
    weight: 250,
    draw: (random) => ({ answers: random.between(1, 10) }),
    needs: () => ({ places: ["queue"] }),
  },
  duplicate: {
    weight: 1_800,
    draw: (random, ground) => ({ ...storeOf(random, ground), which: random.next(), times: random.between(1, 4) }),
    needs: orders,
  },
  poison: {
    weight: 450,
    draw: (random, ground) => ({
      ...storeOf(random, ground, ({ inSequence }) => !inSequence),
      status: random.one([400, 404, 422]),
    }),
    needs: orders,
  },
  // A container that is killed ends their connections, and answers none of them.
  slowSenders: {
    weight: 100,
    draw: (random, ground) => ({
      ...storeOf(random, ground),
      connections: random.between(5, 40),
      manner: random.one(manners),
    }),
    needs: ({ stack }) => ({ places: [], shared: ["engine", `${stack} ingest`] }),
  },
  wrongSignature: {
    weight: 500,
    draw: (random, ground) => ({ ...storeOf(random, ground), flaw: random.one(flaws) }),
    needs: () => ({ places: [] }),
  },
  // A key that is added while the twin is killed may be stored, and not known to its store.
  secretRotation: {
    weight: 50,
    draw: storeOf,
    needs: ({ stack, store }) => ({ places: [`${stack} ${store} secret`], shared: ["engine"] }),
  },
  renewal: {
    weight: 1_200,
    draw: storeOf,
    needs: ({ stack, store }) => ({ places: [`${stack} ${store} certificate`] }),
  },
  twinRestart: { weight: 30, costly: true, draw: () => ({}), needs: () => ({ places: ["queue", "engine"] }) },
  replacement: {
    weight: 10,
    costly: true,
    draw: (random, ground) => storeOf(random, ground, ({ platform }) => platform),
    needs: update,
  },
  deployment: { weight: 10, costly: true, draw: stackOf, needs: update },
  rollback: { weight: 5, costly: true, draw: stackOf, needs: update },
  rebuild: {
    weight: 2,
    costly: true,
    draw: () => ({}),
    needs: (_, ground) => ({
      places: ["queue", "engine", ...ground.stacks.flatMap(({ name }) => placesIn(name, ground))],
    }),
  },
};

export const kinds = Object.keys(table) as Kind[];
/** None of them in a short soak, at least one of each in a longer one. */
export const costly: readonly Kind[] = kinds.filter((kind) => table[kind].costly);
/** How often a kind is drawn, beside the weights of the others. */
export const weightOf = (kind: Kind): number => table[kind].weight;

/** A fault of a kind: where it is injected, and how. */
export function draw(kind: Kind, random: Random, ground: Ground): Fault {
  return { kind, ...table[kind].draw(random, ground) } as Fault;
}

/** What a fault has to itself while it lasts, and what it shares. */
export function needsOf(fault: Fault, ground: Ground): Needs {
  return (table[fault.kind].needs as (fault: Fault, ground: Ground) => Needs)(fault, ground);
}

function stackOf(random: Random, { stacks }: Ground): InStack {
  return { stack: random.one(stacks).name };
}

function storeOf(random: Random, { stacks }: Ground, fits: (store: GroundStore) => boolean = () => true): OfStore {
  return random.one(
    stacks.flatMap(({ name: stack, stores }) => stores.filter(fits).map(({ name: store }) => ({ stack, store }))),
  );
}

function erp({ stack, store }: OfStore) {
  return { places: [`${stack} ${store} ERP`] };
}

function orders({ stack, store }: OfStore) {
  return { places: [`${stack} ${store} orders`] };
}

function update({ stack }: InStack, ground: Ground) {
  return { places: ["queue", "engine", ...placesIn(stack, ground)] };
}

/** What an update changes or waits for. ERPs and orders are no concern of it. */
function placesIn(stack: string, { stacks }: Ground): string[] {
  const stores = stacks.find(({ name }) => name === stack)?.stores ?? [];
  return [
    ...services.map((service) => `${stack} ${service}`),
    ...stores.map(({ name }) => `${stack} ${name} certificate`),
  ];
}

import type { Fault, Ground, Kind } from "../../../../drills/soak/fault.ts";
import { draw, needsOf } from "../../../../drills/soak/kinds.ts";
import { Random } from "../../../../drills/soak/random.ts";

const store = { platform: true, inSequence: false, successRule: false };
const ground: Ground = {
  stacks: [
    {
      name: "staging",
      stores: [
        { ...store, name: "acme", inSequence: true },
        { ...store, name: "tulipan", platform: false },
      ],
    },
    { name: "prod-eu", stores: [{ ...store, name: "lindgren", successRule: true }] },
  ],
};
const every = ["prod-eu lindgren", "staging acme", "staging tulipan"];

/** Stores of which a kind is drawn. */
function drawnOf(kind: Kind): string[] {
  const random = new Random(3);
  const faults = Array.from(
    { length: 100 },
    () => draw(kind, random, ground) as Fault & { store: string; stack: string },
  );
  return [...new Set(faults.map(({ stack, store }) => `${stack} ${store}`))].sort();
}

test.each<[Kind, string[]]>([
  ["renewal", every],
  ["slowSenders", every],
  ["wrongSignature", every],
  ["secretRotation", every],
  ["erpNameHangs", every],
  ["erpConflicts", every],
  ["replacement", ["prod-eu lindgren", "staging acme"]],
  ["poison", ["prod-eu lindgren", "staging tulipan"]],
  ["sequenceHeld", ["staging acme"]],
  ["erpErrsIn200", ["prod-eu lindgren"]],
])("%s is drawn of the stores that it can be injected in", (kind, stores) => {
  expect(drawnOf(kind)).toEqual(stores);
});

/** Whether one fault waits for the other, by the rule of overlap.ts. */
function exclude(one: Fault, other: Fault): string[] {
  const [a, b] = [needsOf(one, ground), needsOf(other, ground)];
  return [
    ...a.places.filter((place) => [...b.places, ...(b.shared ?? [])].includes(place)),
    ...b.places.filter((place) => a.shared?.includes(place)),
  ];
}

const acme = { stack: "staging", store: "acme" };
const kill: Fault = { kind: "kill", stack: "staging", service: "ingest", all: true };
const slow: Fault = { kind: "erpSlow", ...acme, milliseconds: 500, requests: 1 };
const update: Fault = { kind: "deployment", stack: "staging" };
const senders: Fault = { kind: "slowSenders", ...acme, connections: 3, manner: "stalled" };
const rotation: Fault = { kind: "secretRotation", ...acme };
const held: Fault = { kind: "sequenceHeld", ...acme };
const nameHangs: Fault = { kind: "erpNameHangs", ...acme, requests: 1 };

test.each<[string, Fault, Fault, string[]]>([
  ["the same service", kill, { ...kill, all: false }, ["staging ingest"]],
  ["the same ERP", slow, { kind: "erpHangs", ...acme, requests: 1 }, ["staging acme ERP"]],
  ["the same ERP's name", slow, nameHangs, ["staging acme ERP"]],
  ["the names of a stack", nameHangs, { ...nameHangs, store: "tulipan" }, ["staging names"]],
  ["the secret of a store", rotation, rotation, ["staging acme secret"]],
  ["ingest of slow senders, which no kill ends", senders, kill, ["staging ingest"]],
  [
    "the minute of a sequence, which no kill starts again",
    held,
    { ...kill, service: "dispatch" },
    ["staging dispatch"],
  ],
  ["an ERP with a sequence that is held up", held, slow, ["staging acme ERP"]],
  ["an update and its stack's containers", update, kill, ["staging ingest"]],
  [
    "an update and its certificates",
    update,
    { kind: "renewal", ...acme, store: "tulipan" },
    ["staging tulipan certificate"],
  ],
  ["an update and the twin", update, { kind: "twinRestart" }, ["queue", "engine"]],
  ["an update and slow senders", update, senders, ["engine", "staging ingest"]],
  ["a new secret and the twin", rotation, { kind: "twinRestart" }, ["engine"]],
  ["a rebuild and every stack", { kind: "rebuild" }, { ...kill, stack: "prod-eu" }, ["prod-eu ingest"]],
])("%s: one comes after the other", (_, one, other, places) => {
  expect(exclude(one, other).sort()).toEqual([...places].sort());
  expect(exclude(other, one).sort()).toEqual([...places].sort());
});

test.each<[string, Fault, Fault]>([
  ["services", kill, { ...kill, service: "dispatch" }],
  ["stacks", kill, { ...kill, stack: "prod-eu" }],
  ["stores", slow, { ...slow, store: "tulipan" }],
  ["an update and a container of another stack", update, { ...kill, stack: "prod-eu" }],
  ["an update and an ERP", update, slow],
  ["slow senders of one container", senders, senders],
  ["wrong signatures", { kind: "wrongSignature", ...acme, flaw: "no signature" }, update],
])("%s overlap", (_, one, other) => {
  expect(exclude(one, other)).toEqual([]);
});

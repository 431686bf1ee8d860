import type { FalseOrder, Meanwhile, StoreMoment } from "./answers.ts";
import type { FaultOf, Kind } from "./fault.ts";
import type { Running } from "./running.ts";

/** What faults act on, and what they note for the account. */
export interface Scene {
  running: Running;
  /** Keys of orders that their ERP refuses for good. */
  poisoned: Set<string>;
  /** Those of them that hold up their store's sequence. */
  holding: Set<string>;
  falseOrders: FalseOrder[];
  meanwhile: Meanwhile[];
  newSecrets: StoreMoment[];
}

/** The scene before the first fault. */
export function sceneOf(running: Running): Scene {
  return {
    running,
    poisoned: new Set(),
    holding: new Set(),
    falseOrders: [],
    meanwhile: [],
    newSecrets: [],
  };
}

/** How faults of a kind are injected. Resolves when the system has recovered. @throws {NotRecovered} {UpdateFailed} */
export type Put<K extends Kind> = (fault: FaultOf<K>, scene: Scene) => Promise<void>;
/** The same, of some kinds. */
export type Puts<K extends Kind> = { readonly [One in K]: Put<One> };

import { EventEmitter } from "node:events";
import type { Change, Resource, Store } from "./store.ts";

/**
 * The data plane's look at the resources: a type's list is kept until one of it changes, so that a request costs no
 * SQL. Emits `change` after its own lists are current. The answers are shared: they must not be altered.
 */
export class View extends EventEmitter<{ change: [Change] }> {
  readonly #store: Store;
  readonly #lists = new Map<string, readonly Resource[]>();
  readonly #listener = (change: Change): void => {
    this.#lists.delete(change.resource.type);
    this.emit("change", change);
  };

  constructor(store: Store) {
    super();
    this.setMaxListeners(0);
    this.#store = store;
    store.on("change", this.#listener);
  }

  list(type: string, region?: string): readonly Resource[] {
    let all = this.#lists.get(type);
    if (!all) {
      all = this.#store.list(type);
      this.#lists.set(type, all);
    }
    return region ? all.filter((resource) => resource.region === region) : all;
  }

  /** The resource of a type whose outputs carry this ARN. */
  byArn(type: string, arn: string): Resource | undefined {
    return this.list(type).find((resource) => resource.outputs.arn === arn);
  }

  close(): void {
    this.#store.off("change", this.#listener);
  }
}

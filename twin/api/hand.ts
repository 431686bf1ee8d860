import { z } from "zod";
import type { Resource, Store } from "../store.ts";

const identity = z.strictObject({ type: z.string(), id: z.string(), region: z.string() });
const resource = z.strictObject({ ...identity.shape, outputs: z.record(z.string(), z.unknown()) });

export const findRequest = z.strictObject({ type: z.string() });
export const removeRequest = identity;
export const putRequest = resource;

/** What somebody does at AWS by hand, past every program: the engine's state knows nothing of it. */
export class Hand {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  find({ type }: z.infer<typeof findRequest>): Resource[] {
    return this.#store.list(type);
  }

  /** Changes a resource, or makes one. */
  put({ type, id, region, outputs }: z.infer<typeof putRequest>): Resource {
    const made = { inputs: {}, ...this.#store.get(type, id, region), type, id, region, outputs };
    this.#store.put(made);
    return made;
  }

  remove({ type, id, region }: z.infer<typeof removeRequest>): { removed: boolean } {
    const removed = this.#store.get(type, id, region) !== undefined;
    this.#store.remove(type, id, region);
    return { removed };
  }

  /** Every image of a region's registry, as if its lifecycle policy had taken them. */
  removeImages(region: string): { removed: number } {
    const images = this.#store.readAll("image").filter((image) => image.region === region);
    for (const { repository, digest } of images) this.#store.erase("image", `${region}/${repository}@${digest}`);
    return { removed: images.length };
  }
}

import { z } from "zod";
import type { Properties, Resource, Store } from "../core/store.ts";

const identity = z.strictObject({ type: z.string(), id: z.string(), region: z.string() });
const resource = z.strictObject({ ...identity.shape, outputs: z.record(z.string(), z.unknown()) });

const keyOf = ({ region, repository, digest }: Properties): string => `${region}/${repository}@${digest}`;

export const imagesRequest = z.array(z.looseObject({ region: z.string(), repository: z.string(), digest: z.string() }));
export const findRequest = z.strictObject({ type: z.string() });
export const removeRequest = identity;
export const putRequest = resource;

/** Manual changes at AWS: the state of Pulumi does not have them. */
export class ManualChanges {
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

  /** Takes every image of a region's registry, as if its lifecycle policy had; returns them. */
  removeImages(region: string): Properties[] {
    const images = this.#store.readAll("image").filter((image) => image.region === region);
    for (const image of images) this.#store.erase("image", keyOf(image));
    return images;
  }

  /** Pushes them again. */
  putImages(images: z.infer<typeof imagesRequest>): void {
    for (const image of images) this.#store.write("image", keyOf(image), image);
  }
}

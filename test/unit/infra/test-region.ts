import { Region, type RegionArgs } from "../../../infra/region.ts";
import { byDefault, type Registered, register, storeOf } from "./mocks.ts";

/** What {@link region} is made of. */
export const args: RegionArgs = {
  region: "ap-southeast-2",
  domain: "au.orderhub.example",
  stores: [storeOf("acme", "au.orderhub.example"), storeOf("bluegum", "au.orderhub.example")],
  ...byDefault,
  ingest: { cpu: 512, memory: 1024, count: 2, max: 6 },
  dispatch: { cpu: 256, memory: 512, count: 1, max: 4 },
};

/** What a region of two stores registers. */
export function region(overrides: Partial<RegionArgs> = {}): Promise<Registered[]> {
  return register(() => new Region("prod-au", { ...args, ...overrides }));
}

/** What a region of one store registers, in another AWS region. */
export function smallRegion({ ingest, dispatch }: Pick<RegionArgs, "ingest" | "dispatch">): Promise<Registered[]> {
  const place = { region: "eu-west-1", domain: "eu.orderhub.example" };
  const stores = [storeOf("acme", place.domain)];
  return register(() => new Region("prod-eu", { ...args, ...place, stores, ingest, dispatch }));
}

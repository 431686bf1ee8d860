import type { Cloud } from "../../../twin/cloud.ts";
import type { ResourceCall, ResourceType } from "../../../twin/pulumi/define.ts";
import { check } from "../../../twin/pulumi/plan.ts";
import { DEFAULTS } from "../../../twin/pulumi/values.ts";
import { aws } from "../../../twin/services/resources.ts";
import { storeOf } from "../../unit/infra/mocks.ts";
import { args, region } from "../../unit/infra/test-region.ts";

/** What a region with a store of each class registers, completed as the provider does it: names and defaults. */
export async function regionResources(cloud: Cloud, account: string) {
  const own = storeOf("bluegum", "bluegum.example", { kind: "own", hostname: "shop.bluegum.example" });
  const stores = [storeOf("acme", args.domain, { aliases: ["www.au.orderhub.example"] }), own];
  const registered = await region({ stores: [...stores, { ...own, name: "new", kind: "pending" }] });
  return registered.flatMap(({ type: token, name, inputs: news }) => {
    const type = aws.types.get(token) as ResourceType<never> | undefined;
    if (!type) return [];
    const own: ResourceCall = { store: cloud.store, region: args.region, account, defaultTags: {}, name, urn: name };
    const { [DEFAULTS]: _, ...inputs } = check(type, news, {}, new Uint8Array(), { ...cloud, ...own } as never).inputs;
    return [{ type: token, name, inputs }];
  });
}

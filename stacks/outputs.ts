/**
 * What a stack says of itself when it is deployed: `pulumi stack output`.
 */
import type { Region } from "../infra/region.ts";
import type { ProvidedImage } from "./image.ts";
import type { Settings } from "./settings.ts";

export interface Deployed {
  readonly settings: Settings;
  readonly release: string;
  readonly image: ProvidedImage;
  readonly region: Region;
}

/** The outputs of a stack; `images`, the ledger of built images, is in staging's alone. */
export function stackOutputs({ settings, release, image, region }: Deployed) {
  return {
    release,
    image: image.digest,
    domain: settings.domain,
    stores: settings.stores.map(({ name, hostname }) => ({ name, hostname, url: `https://${hostname}/orders` })),
    loadBalancer: region.loadBalancerDnsName,
    queueUrl: region.queueUrl,
    deadLetterQueueUrl: region.deadLetterQueueUrl,
    clusterName: region.clusterName,
    verification: region.verification,
    ...(image.images === undefined ? {} : { images: image.images }),
  };
}

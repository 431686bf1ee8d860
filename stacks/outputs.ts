/**
 * What a stack says of itself when it is deployed: `pulumi stack output`.
 */
import * as pulumi from "@pulumi/pulumi";
import type { CertificatePlan } from "../infra/certificate-plan.ts";
import type { Region } from "../infra/region.ts";
import type { PlacedStore } from "../infra/stores.ts";
import { domainOutputs } from "./domain-outputs.ts";
import { enterImage, enterVerified, type Ledger, type Verified } from "./ledger.ts";
import type { StackEntry } from "./registry.ts";
import type { Settings } from "./settings.ts";

export interface Deployed {
  readonly stack: StackEntry;
  readonly settings: Settings;
  readonly plan: CertificatePlan;
  readonly stores: readonly PlacedStore[];
  /** Digest of the image. */
  readonly image: pulumi.Output<string>;
  readonly region: Region;
  /** As it was before. */
  readonly ledger: Ledger;
}

/** What an update is of, as the ledger will have it. */
export type UpdateOf = Pick<Verified, "release" | "commit" | "dirty" | "operations" | "brokenGlass">;

/** The outputs of a stack; those that come of verification stay as they were when it fails. */
export function stackOutputs(deployed: Deployed, of: UpdateOf) {
  const { settings, image, region } = deployed;
  return {
    release: of.release,
    image,
    domain: settings.domain,
    ...domainOutputs(deployed),
    loadBalancer: region.loadBalancerDnsName,
    queueUrl: region.queueUrl,
    deadLetterQueueUrl: region.deadLetterQueueUrl,
    clusterName: region.clusterName,
    verification: region.verification,
    ledger: nextLedger(deployed, of),
    ...(of.brokenGlass === undefined ? {} : { brokenGlass: of.brokenGlass }),
  };
}

function nextLedger({ stack, image, region, ledger }: Deployed, of: UpdateOf): pulumi.Output<Ledger> {
  return pulumi.all([image, region.verification]).apply(([digest, { at, hostnames, stoppedContainer }]) => {
    const before = stack.role === "staging" ? enterImage(ledger, { release: of.release, digest }) : ledger;
    // Every host name, the synthetic order, and in staging the container that was stopped.
    const checks = hostnames.length + 1 + (stoppedContainer ? 1 : 0);
    return enterVerified(before, { ...of, image: digest, at, checks });
  });
}

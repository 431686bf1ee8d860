/**
 * What a stack says of its stores and their domains: for people who act on it, and for its own next update.
 */
import * as pulumi from "@pulumi/pulumi";
import type { CertificatePlan } from "../infra/certificate-plan.ts";
import { validationRecords } from "../infra/published.ts";
import type { Region } from "../infra/region.ts";
import type { PlacedStore } from "../infra/stores.ts";
import type { PendingStore } from "./domains.ts";

export interface DeployedStores {
  readonly plan: CertificatePlan;
  readonly stores: readonly PlacedStore[];
  readonly region: Region;
}

/** The outputs that name served and pending stores, and what the pending ones' owners publish. */
export function domainOutputs({ plan, stores, region }: DeployedStores) {
  return {
    stores: stores
      .filter(({ kind }) => kind !== "pending")
      .map(({ name, hostname }) => ({ name, hostname, url: `https://${hostname}/orders` })),
    pending: pendingStores(stores, region),
    placements: plan,
    validationRecords: validationRecords(region.published),
  };
}

/** Their owners have work to do: what each has to publish. */
function pendingStores(stores: readonly PlacedStore[], { published }: Region): pulumi.Output<PendingStore>[] {
  return published.flatMap(({ kind, hostnames: [hostname = ""], certificate, loadBalancer }) => {
    if (kind !== "pending") return [];
    const store = stores.find((candidate) => candidate.hostname === hostname)?.name ?? "";
    return pulumi
      .all([certificate.arn, certificate.records, loadBalancer.dnsName])
      .apply(([arn, records, address]) => ({
        store,
        hostname,
        certificate: arn,
        publish: [...records, { name: hostname, type: "CNAME", value: address }],
      }));
  });
}

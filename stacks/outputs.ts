/**
 * What a stack says of itself when it is deployed: `pulumi stack output`.
 */
import * as pulumi from "@pulumi/pulumi";
import type { CertificatePlan } from "../infra/certificate-plan.ts";
import type { Region } from "../infra/region.ts";
import type { PlacedStore } from "../infra/stores.ts";
import { domainOutputs } from "./domain-outputs.ts";
import { type NextRecord, nextRecord, partialRecord, type UpdateOf } from "./next-record.ts";
import type { Record } from "./records.ts";
import type { StackEntry } from "./registry.ts";
import type { Scope } from "./scope.ts";
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
  readonly record: Record;
  /** Asked when an update is recorded; a preview never does. */
  readonly scope: () => Scope;
}

/** The outputs of a stack; all stay as they were when verification fails. */
export function stackOutputs(deployed: Deployed, of: UpdateOf) {
  const { settings, region } = deployed;
  const record = recordOf(deployed, of);
  return {
    release: record.release,
    image: record.image,
    domain: settings.domain,
    ...domainOutputs(deployed),
    loadBalancer: region.loadBalancerDnsName,
    queueUrl: region.queueUrl,
    deadLetterQueueUrl: region.deadLetterQueueUrl,
    clusterName: region.clusterName,
    verification: region.verification,
    ledger: record.ledger,
    partial: record.partial,
    ...(of.brokenGlass === undefined ? {} : { brokenGlass: of.brokenGlass }),
  };
}

function recordOf({ stack, image, region, record, scope }: Deployed, of: UpdateOf): pulumi.Output<NextRecord> {
  const { running: release, image: before, ledger } = record;
  // Of a partial update image and verification may be unknown: the resources that they come from were left out.
  const left = pulumi.runtime.isDryRun() ? undefined : partialRecord({ release, image: before, ledger }, of, scope());
  if (left) return pulumi.output(left);
  return pulumi.all([image, region.verification, region.verified]).apply(([digest, report, ran]) => {
    const { hostnames, stoppedContainer } = report;
    // Every host name, the synthetic order, and in staging the container that was stopped.
    const checks = hostnames.length + 1 + (stoppedContainer ? 1 : 0);
    const verification = { ...report, ran, checks };
    return nextRecord({ release, image: before, ledger }, { ...of, role: stack.role, image: digest, verification });
  });
}

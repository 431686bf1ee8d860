import type { Plan, Step } from "../plan/graph.ts";

/** Types whose deletion takes a certificate away from a host name that is served. */
const served = new Set(["aws:acm/certificate:Certificate", "aws:lb/listenerCertificate:ListenerCertificate"]);

/**
 * Why a rollback must not be: it would destroy state that is protected, or a certificate that is served now. Pure.
 * A certificate that is replaced is served all the time, since its replacement comes first.
 *
 * @returns a sentence each; empty where nothing is in the way
 */
export function refusals({ steps, gone }: Plan): string[] {
  const kept = new Set(gone.filter(({ protect }) => protect).map(({ urn }) => urn));
  return steps.flatMap((step) => {
    if (step.op === "delete" && kept.has(step.urn)) return [`${title(step)} is protected and would be deleted`];
    if (step.op === "delete" && served.has(step.type)) return [`${title(step)} is served now and would be deleted`];
    return [];
  });
}

function title({ type, name }: Step): string {
  return `${type} ${name}`;
}

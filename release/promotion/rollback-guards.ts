import type { Finding } from "../checks/finding.ts";
import type { Plan } from "../plan/graph.ts";

/** Types whose deletion takes the certificate from a host name in use. */
const certificates = new Set(["aws:acm/certificate:Certificate", "aws:lb/listenerCertificate:ListenerCertificate"]);

/**
 * What forbids a rollback: it would delete a protected resource, or a certificate in use. Pure. A certificate that is
 * replaced stays in use, since its replacement is created first.
 */
export function rollbackFindings(stack: string, { steps, gone }: Plan): Finding[] {
  const protectedUrns = new Set(gone.filter(({ protect }) => protect).map(({ urn }) => urn));
  return steps.flatMap(({ op, urn, type, name }) => {
    const why = protectedUrns.has(urn) ? "is protected" : certificates.has(type) ? "is in use" : undefined;
    if (op !== "delete" || why === undefined) return [];
    const fix = `choose an update that has it: npx order-queue rollback ${stack} --to UPDATE`;
    return [{ check: "rollback", stack, resource: `${type} ${name}`, message: `${why} and would be deleted`, fix }];
  });
}

import type { Properties } from "../plan/graph.ts";
import { type Check, stackCheck } from "./finding.ts";
import { identityOf } from "./identity.ts";

/**
 * No validation record is deleted while its name stays on a certificate. The name of a successor under another logical
 * name is unknown before the update where its certificate is new; at AWS it is the same record, since ACM has one for each
 * name of an account, and AWS refuses to create it while the old one exists.
 */
export const lostValidationRecord: Check = stackCheck("lost-validation-record", ({ resources, gone }) => {
  const certificates = resources.filter(({ type }) => type === "aws:acm/certificate:Certificate");
  const staying = new Set(resources.map(identityOf));
  return gone.flatMap((old) => {
    const name = /^_[0-9a-z]+\.(.+?)\.?$/.exec(String(old.inputs.name))?.[1];
    if (old.type !== "aws:route53/record:Record" || staying.has(identityOf(old))) return [];
    const needed = certificates.find(({ inputs }) => namesOf(inputs).some((one) => one === name));
    if (!needed) return [];
    return [
      {
        resource: old.name,
        message: `would be deleted, but it validates ${name}, which stays on ${needed.name}: ACM could not renew the certificate, and AWS refuses a new record of that name until this one is deleted`,
        fix: "keep its logical name, or give the new record an alias",
      },
    ];
  });
});

/** A wildcard has the record of the name under its star. */
function namesOf({ domainName, subjectAlternativeNames = [] }: Properties): string[] {
  return [domainName, ...subjectAlternativeNames].map((name) => String(name).replace("*.", ""));
}

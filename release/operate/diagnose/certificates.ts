import { type ACMClient, DescribeCertificateCommand, ResourceNotFoundException } from "@aws-sdk/client-acm";
import type { Certificate } from "./facts.ts";
import type { StackState } from "./state.ts";

const dayMs = 24 * 60 * 60_000;

/** The stack's certificates as ACM has them. */
export function readCertificates(acm: ACMClient, state: StackState, now: number): Promise<Certificate[]> {
  return Promise.all(
    state.of("aws:acm/certificate:Certificate").map(async ({ arn, domainName }) => {
      const facts = { hostname: domainName as string, arn: arn as string };
      try {
        const { Certificate: found = {} } = await acm.send(new DescribeCertificateCommand({ CertificateArn: arn }));
        const daysLeft = found.NotAfter && Math.floor((found.NotAfter.getTime() - now) / dayMs);
        const inUse = (found.InUseBy ?? []).length > 0;
        return { ...facts, status: found.Status ?? "", ...(daysLeft !== undefined && { daysLeft }), inUse };
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return { ...facts, status: "MISSING", inUse: false };
        throw error;
      }
    }),
  );
}

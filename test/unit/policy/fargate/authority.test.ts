import { authorityRenewsEarly, signedCertificateRenewsEarly } from "../../../../policy/fargate/authority.ts";
import type { Token } from "../../../../policy/types.ts";
import { cases, resource } from "../cases.ts";

for (const [rule, type] of [
  [authorityRenewsEarly, "tls:index/selfSignedCert:SelfSignedCert"],
  [signedCertificateRenewsEarly, "tls:index/locallySignedCert:LocallySignedCert"],
] as const) {
  const certificate = (validityPeriodHours: number, earlyRenewalHours?: number) =>
    resource(type satisfies Token, "ingest", { validityPeriodHours, earlyRenewalHours });
  const expected = (hours: number) =>
    `earlyRenewalHours is ${hours}; expected 720 at least, and less than the 8760 of validityPeriodHours`;
  cases(rule, {
    "fails if it is renewed when it has ended": [certificate(8760), [expected(0)]],
    "fails if it is renewed in its last days alone": [certificate(8760, 719), [expected(719)]],
    "fails if every update renews it": [certificate(8760, 8760), [expected(8760)]],
    "passes if it is renewed in the last half of its time": [certificate(8760, 4380), []],
  });
}

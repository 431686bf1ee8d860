/** Certificates that the program signs itself. */
import { type Report, resourceRule } from "../rule.ts";

/** Hours: as long as a stack may go without an update and still renew in time. */
const leastMargin = 30 * 24;

interface Times {
  readonly validityPeriodHours?: number;
  readonly earlyRenewalHours?: number;
}

/** Nothing but an update renews; and one that is always within the margin would be renewed by every update. */
function checkTimes({ validityPeriodHours = 0, earlyRenewalHours = 0 }: Times, report: Report): void {
  if (earlyRenewalHours < leastMargin || earlyRenewalHours >= validityPeriodHours) {
    report(
      `earlyRenewalHours is ${earlyRenewalHours}; expected ${leastMargin} at least, and less than the ${validityPeriodHours} of validityPeriodHours`,
    );
  }
}

const description = "A certificate that the program signs is renewed by an update well before it expires.";

export const authorityRenewsEarly = resourceRule({
  name: "self-signed-certificate-renews-early",
  description,
  on: "tls:index/selfSignedCert:SelfSignedCert",
  check: (props, report) => checkTimes(props, report),
});

export const signedCertificateRenewsEarly = resourceRule({
  name: "locally-signed-certificate-renews-early",
  description,
  on: "tls:index/locallySignedCert:LocallySignedCert",
  check: (props, report) => checkTimes(props, report),
});

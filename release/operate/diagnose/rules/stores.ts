/** Rules about what stores reach: certificates, DNS and host names. */
import type { Facts } from "../facts.ts";
import type { Found } from "./rule.ts";

/** Days below which ACM should have renewed a certificate (infra/monitoring/certificate-alarm.ts). */
const renewalDays = 30;

/** Live host names whose certificate is not issued, not attached, or refused in a TLS handshake. */
export function certificateBroken({ certificates, hosts }: Facts): Found {
  const live = new Set(hosts.map(({ hostname }) => hostname));
  const broken = certificates.flatMap(({ hostname, status, inUse }) => {
    if (!live.has(hostname)) return [];
    if (status !== "ISSUED") return [`${hostname}: its status at ACM is ${status}`];
    return inUse ? [] : [`${hostname}: no load balancer uses its certificate`];
  });
  const refused = hosts.filter(({ problem = "" }) => /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(problem));
  if (broken.length === 0 && refused.length === 0) return undefined;
  return {
    what: "A certificate is missing, expired or has another name: stores refuse the connection.",
    evidence: [...broken, ...refused.map(({ hostname, problem }) => `${hostname}: ${problem}`)],
    fix:
      "publish the validation record that ACM asks for, or attach the certificate again (pulumi up); do not redeploy the " +
      "containers.",
  };
}

/** Certificates with fewer days left than ACM leaves before a renewal. */
export function certificateExpires({ certificates }: Facts): Found {
  const ending = certificates.filter(({ daysLeft }) => daysLeft !== undefined && daysLeft < renewalDays);
  if (ending.length === 0) return undefined;
  return {
    what: "A certificate should have been renewed by now.",
    evidence: ending.map(({ hostname, daysLeft }) => `${hostname}: ${daysLeft} days left`),
    fix: "check that a load balancer uses it and that its validation record is in the zone: then ACM renews it.",
  };
}

/** Records that the stack made and that are not in the zone as it made them. */
export function recordMissing({ stack, records }: Facts): Found {
  if (records.length === 0) return undefined;
  return {
    what: "DNS records differ from the stack's.",
    evidence: records.map(
      ({ name, type, expected, found }) =>
        `${type} ${name}: expected ${expected}, the zone has ${found ?? "no such record"}`,
    ),
    fix: `pulumi refresh -s ${stack}, then pulumi up -s ${stack} creates the records again.`,
  };
}

/** Live host names that did not answer over TLS. */
export function hostUnreachable({ hosts }: Facts): Found {
  const refused = hosts.filter(({ problem }) => problem !== undefined);
  if (refused.length === 0) return undefined;
  return {
    what: "Stores get no answer.",
    evidence: refused.map(({ hostname, problem }) => `${hostname}: ${problem}`),
    fix: "after a 503, check the load balancer's targets; after a name that is not found, check DNS.",
  };
}

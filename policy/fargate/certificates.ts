/** Every name that is served has a certificate, in time, and keeps it while it is replaced. */
import { resourceRule, stackRule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";
import { intersects } from "../stack.ts";

type Certificate = StackResource<"aws:acm/certificate:Certificate">;
type Listener = StackResource<"aws:lb/listener:Listener">;
type Holder = Listener | StackResource<"aws:lb/listenerCertificate:ListenerCertificate">;

export const certificateIsReplacedFirst = resourceRule({
  name: "certificate-is-replaced-before-deleted",
  description:
    "A certificate is deleted only after its replacement is in use: AWS deletes none that a load balancer holds.",
  on: "aws:acm/certificate:Certificate",
  check: (_props, report, { opts }) => {
    if (opts.deleteBeforeReplace) report("remove deleteBeforeReplace from its options");
  },
});

/** Of the first name, which is the common name (ACM API reference, RequestCertificate; RFC 5280). */
const longestFirstName = 64;

export const firstNameFits = resourceRule({
  name: "certificate-first-name-fits",
  description: "The first name of a certificate has at most 64 characters: ACM refuses a longer one in the update.",
  on: "aws:acm/certificate:Certificate",
  check: ({ domainName = "" }, report) => {
    if (domainName.length > longestFirstName)
      report(`${domainName} has ${domainName.length} characters; use a name of ${longestFirstName} at the most first`);
  },
});

/** Minutes: ACM takes one or two; the provider waits 75 by default. */
const longestIssue = 30;

export const validationFailsSoon = resourceRule({
  name: "certificate-validation-fails-soon",
  description: "The wait for a certificate names the records it expects and ends within 30 minutes.",
  on: "aws:acm/certificateValidation:CertificateValidation",
  check: (validation, report, { opts }) => {
    if (validation.validationRecordFqdns === undefined) {
      report("set validationRecordFqdns, so that a missing record fails at once");
    }
    const seconds = opts.customTimeouts.createSeconds;
    if (seconds === 0 || seconds > longestIssue * 60) {
      report(`set customTimeouts.create to ${longestIssue} minutes at the most`);
    }
  },
});

/** The certificates that a listener shows by reference, each by way of the validation it waits for. */
function certificatesOf(holder: Holder): Certificate[] {
  return holder
    .refersTo("certificateArn", "aws:acm/certificateValidation:CertificateValidation")
    .flatMap((validation) => validation.refersTo("certificateArn", "aws:acm/certificate:Certificate"));
}

const validated = "A listener gets a certificate only once it is validated.";
const fix = "take certificateArn from the CertificateValidation, not from the certificate or a literal";

export const listenerShowsValidated = stackRule({
  name: "certificate-validated-before-listener",
  description: validated,
  on: "aws:lb/listener:Listener",
  check: (listener, report) => {
    if (listener.props.protocol === "HTTPS" && certificatesOf(listener).length === 0) report(fix);
  },
});

export const attachmentIsValidated = stackRule({
  name: "certificate-validated-before-attached",
  description: validated,
  on: "aws:lb/listenerCertificate:ListenerCertificate",
  check: (attachment, report) => {
    if (certificatesOf(attachment).length === 0) report(fix);
  },
});

/** Every name that a listener has a certificate for. */
function coveredNames(listener: Listener, stack: Stack): string[] {
  return [listener, ...attachmentsOf(listener, stack)].flatMap(certificatesOf).flatMap(({ props }) => namesOf(props));
}

/** Each once: of a certificate that is there, AWS lists the domain name among its alternative names too. */
const namesOf = ({ domainName, subjectAlternativeNames }: Certificate["props"]): string[] => [
  ...new Set<string>([domainName ?? "", ...(subjectAlternativeNames ?? [])]),
];

/** The certificates attached to a listener beside its default. */
export function attachmentsOf(listener: Listener, stack: Stack) {
  return stack
    .all("aws:lb/listenerCertificate:ListenerCertificate")
    .filter((attachment) => intersects(attachment.refersTo("listenerArn", "aws:lb/listener:Listener"), [listener]));
}

/** As browsers do it (RFC 6125, 6.4.3): a wildcard stands for one label, the first. */
export function covers(name: string, hostname: string): boolean {
  return name === hostname || (name.startsWith("*.") && hostname.slice(hostname.indexOf(".")) === name.slice(1));
}

function uncovered(hostname: string, listeners: Listener[], stack: Stack): boolean {
  return !listeners.some((listener) => coveredNames(listener, stack).some((name) => covers(name, hostname)));
}

export const routedHostIsCovered = stackRule({
  name: "certificate-covers-routed-host",
  description: "Every host name that a listener routes is on a certificate that the listener holds.",
  on: "aws:lb/listenerRule:ListenerRule",
  check: (rule, report, stack) => {
    const listeners = listenersByUrn(rule.refersTo("listenerArn", "aws:lb/listener:Listener"), stack).filter(isHttps);
    const hosts = (rule.props.conditions ?? []).flatMap(({ hostHeader }) => hostHeader?.values ?? []);
    for (const host of listeners.length === 0 ? [] : hosts) {
      if (uncovered(host, listeners, stack)) report(`routes ${host}, for which its listener holds no certificate`);
    }
  },
});

export const aliasIsCovered = stackRule({
  name: "certificate-covers-alias",
  description: "Every DNS name that leads to a load balancer is on a certificate that the load balancer holds.",
  on: "aws:route53/record:Record",
  check: (record, report, stack) => {
    const balancers = record.refersTo("aliases", "aws:lb/loadBalancer:LoadBalancer");
    if (balancers.length === 0) return;
    const listeners = stack
      .all("aws:lb/listener:Listener")
      .filter(isHttps)
      .filter((listener) =>
        intersects(listener.refersTo("loadBalancerArn", "aws:lb/loadBalancer:LoadBalancer"), balancers),
      );
    const { name = "" } = record.props;
    if (uncovered(name, listeners, stack)) {
      report(
        `leads ${name} to ${balancers.map((balancer) => balancer.name).join(", ")}, which holds no certificate for it`,
      );
    }
  },
});

function listenersByUrn(referred: Listener[], stack: Stack): Listener[] {
  return stack.all("aws:lb/listener:Listener").filter((listener) => intersects([listener], referred));
}

function isHttps({ props }: Listener): boolean {
  return props.protocol === "HTTPS";
}

export const nameIsOnOneCertificate = stackRule({
  name: "certificate-name-is-on-one",
  description:
    "A name is on one certificate of a listener: with two, ELB chooses, and a renewal or rollback of one seems to have no effect.",
  on: "aws:lb/listener:Listener",
  check: (listener, report, stack) => {
    const names = coveredNames(listener, stack);
    for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
      report(`${name} is on two of its certificates. Fix: remove it from one`);
  },
});

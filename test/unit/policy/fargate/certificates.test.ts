import type { PolicyResource } from "@pulumi/policy";
import {
  aliasIsCovered,
  attachmentIsValidated,
  certificateIsReplacedFirst,
  covers,
  firstNameFits,
  listenerShowsValidated,
  routedHostIsCovered,
  validationFailsSoon,
} from "../../../../policy/fargate/certificates.ts";
import { cases, resource, stackCases } from "../cases.ts";

const mend = "take certificateArn from the CertificateValidation, not from the certificate or a literal";

function certificate(name: string, domainName: string, subjectAlternativeNames: string[] = []) {
  return resource("aws:acm/certificate:Certificate", name, { domainName, subjectAlternativeNames });
}

function validation(of: PolicyResource): PolicyResource {
  return resource(
    "aws:acm/certificateValidation:CertificateValidation",
    of.name,
    {},
    { refers: { certificateArn: [of] } },
  );
}

cases(certificateIsReplacedFirst, {
  "fails if the certificate goes before its replacement comes": [
    resource("aws:acm/certificate:Certificate", "acme", {}, { opts: { deleteBeforeReplace: true } }),
    ["remove deleteBeforeReplace from its options"],
  ],
  "passes if nothing is said": [certificate("acme", "acme.example"), []],
});

const longName = (length: number) => `${"a".repeat(length - 8)}.example`;

cases(firstNameFits, {
  "fails if the first name has 65 characters": [
    certificate("acme", longName(65)),
    [`${longName(65)} has 65 characters; use a name of 64 at the most first`],
  ],
  "passes if it has 64, and a further one more": [certificate("acme", longName(64), [longName(100)]), []],
});

function wait(props: object, createSeconds: number): PolicyResource {
  const customTimeouts = { createSeconds, updateSeconds: 0, deleteSeconds: 0 };
  return resource("aws:acm/certificateValidation:CertificateValidation", "acme", props, { opts: { customTimeouts } });
}

cases(validationFailsSoon, {
  "fails if no records are expected": [
    wait({}, 600),
    ["set validationRecordFqdns, so that a missing record fails at once"],
  ],
  "fails if the wait has no end of its own": [
    wait({ validationRecordFqdns: ["_a.acme.example"] }, 0),
    ["set customTimeouts.create to 30 minutes at the most"],
  ],
  "passes if it names records and an end": [wait({ validationRecordFqdns: ["_a.acme.example"] }, 600), []],
});

const balancer = resource("aws:lb/loadBalancer:LoadBalancer", "front");
const platform = certificate("platform", "au.orderhub.example");
const acme = certificate("acme", "acme.au.orderhub.example");

function https(certificateFrom: PolicyResource[]): PolicyResource {
  return resource(
    "aws:lb/listener:Listener",
    "https",
    { protocol: "HTTPS" },
    { refers: { loadBalancerArn: [balancer], certificateArn: certificateFrom } },
  );
}

const listener = https([validation(platform)]);

function attachment(name: string, certificateFrom: PolicyResource[]): PolicyResource {
  return resource(
    "aws:lb/listenerCertificate:ListenerCertificate",
    name,
    {},
    { refers: { listenerArn: [listener], certificateArn: certificateFrom } },
  );
}

stackCases(listenerShowsValidated, {
  "fails if the listener takes the certificate itself": [[https([platform])], [`https: ${mend}`]],
  "passes if it waits for the validation": [[listener], []],
  "passes if it is plain HTTP": [[resource("aws:lb/listener:Listener", "http", { protocol: "HTTP" })], []],
});

stackCases(attachmentIsValidated, {
  "fails if the certificate itself is attached": [[attachment("acme", [acme])], [`acme: ${mend}`]],
  "fails if a literal is attached": [[attachment("acme", [])], [`acme: ${mend}`]],
  "passes if its validation is": [[attachment("acme", [validation(acme)])], []],
});

function routed(host: string, attached: PolicyResource[]): PolicyResource[] {
  const rule = resource(
    "aws:lb/listenerRule:ListenerRule",
    "rule",
    { conditions: [{ hostHeader: { values: [host] } }] },
    { refers: { listenerArn: [listener] } },
  );
  return [listener, rule, ...attached];
}
const withAcme = [attachment("acme", [validation(acme)])];

stackCases(routedHostIsCovered, {
  "fails if the certificate is not attached": [
    routed("acme.au.orderhub.example", []),
    ["rule: routes acme.au.orderhub.example, for which its listener holds no certificate"],
  ],
  "fails if a wildcard would have to stand for two labels": [
    routed("au.shop.client.example", [attachment("client", [validation(certificate("client", "*.client.example"))])]),
    ["rule: routes au.shop.client.example, for which its listener holds no certificate"],
  ],
  "passes if the listener's own certificate has the name": [routed("au.orderhub.example", []), []],
  "passes if an attached one has it": [routed("acme.au.orderhub.example", withAcme), []],
});

function alias(name: string, attached: PolicyResource[]): PolicyResource[] {
  return [
    balancer,
    listener,
    resource("aws:route53/record:Record", "alias", { name }, { refers: { aliases: [balancer] } }),
    ...attached,
  ];
}

stackCases(aliasIsCovered, {
  "fails if a name leads where no certificate is for it": [
    alias("acme.au.orderhub.example", []),
    ["alias: leads acme.au.orderhub.example to front, which holds no certificate for it"],
  ],
  "passes if the load balancer holds its certificate": [alias("acme.au.orderhub.example", withAcme), []],
  "passes if the record is no alias": [[resource("aws:route53/record:Record", "text", { name: "x.example" })], []],
});

test("a wildcard covers one label, as in a browser", () => {
  expect(covers("*.client.example", "shop.client.example")).toBe(true);
  expect(covers("*.client.example", "au.shop.client.example")).toBe(false);
  expect(covers("*.client.example", "client.example")).toBe(false);
});

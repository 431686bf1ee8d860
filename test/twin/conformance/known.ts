/**
 * Differences that were reviewed, each with its reason. Only tls has been run against an official plugin yet: those of aws and
 * docker are to come.
 */
import type { Aspect, Difference } from "./compare.ts";

interface Known {
  aspect: Aspect;
  /** What is in an answer; absent: anything. */
  twin?: RegExp;
  official?: RegExp;
  /** Absent: every type. */
  type?: RegExp;
  reason: string;
}

const known: readonly Known[] = [
  {
    aspect: "failures",
    twin: /the twin does not model/,
    reason: "the twin refuses by name what it does not model, where the provider accepts it",
  },
  {
    aspect: "defaults",
    official: / = none$|^chosen: $/,
    type: /^tls:/,
    reason: "the official provider leaves its defaults to the plan, the twin puts them into the inputs",
  },
  {
    aspect: "changes",
    official: /Unable to parse key from PEM/,
    type: /^tls:/,
    reason: "the state that the comparison gives has no outputs, of which the official provider reads the key",
  },
  {
    aspect: "replaced properties",
    official: /isCaCertificate|setSubjectKeyId/,
    type: /^tls:index\/locallySignedCert:/,
    reason: "the state that the comparison gives lacks the provider's own defaults, which its plan then adds",
  },
  {
    aspect: "replaced properties",
    twin: /^\["privateKeyPem"\]$/,
    type: /^tls:/,
    reason:
      "the official provider replaces only where the state has a PEM (requireReplaceIfStateContainsPEMString); the mocks' keys are none",
  },
];

/** Why a difference is accepted; undefined for one that is not. */
export const reasonOf = (difference: Difference): string | undefined =>
  known.find(
    ({ aspect, twin, official, type }) =>
      aspect === difference.aspect &&
      (type?.test(difference.type) ?? true) &&
      (twin?.test(difference.twin) ?? true) &&
      (official?.test(difference.official) ?? true),
  )?.reason;

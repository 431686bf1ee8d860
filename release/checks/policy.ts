import type { Violation } from "../plan/plan.ts";
import type { Check, Finding } from "./finding.ts";

/** No stack's plan breaks a rule of policy/. */
export const policy: Check = {
  name: "policy",
  judge: (planned) => [...planned.values()].flatMap(({ violations }) => violations.map(policyFinding)),
};

/** A violation as a finding; a rule may name the fix itself, after `Fix:`. */
export function policyFinding({ stack, resource, rule, message }: Violation): Finding {
  const [wrong, fix = `change what the program registers, so that it keeps ${rule}`] = message.split(/\s*\bFix: /) as [
    string,
    string?,
  ];
  return {
    check: policy.name,
    stack,
    ...(resource !== "" && { resource }),
    message: `breaks ${rule}: ${wrong}`,
    fix,
  };
}

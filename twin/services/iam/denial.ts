/**
 * AWS's words for a denied call (IAM user guide, "Troubleshoot access denied error messages": every policy type with its
 * implicit and its explicit denial).
 */

export interface Denial {
  explicit: boolean;
  policy: "permissions boundary" | "identity-based policy" | "resource-based policy" | "VPC endpoint policy";
}

interface Analysis {
  result?: string;
}

/** What IAM's simulation found of a call, by policy type. */
export interface RequestAnalysis {
  identityAnalysis?: Analysis;
  permissionBoundaryAnalysis?: Analysis;
  resourceAnalysis?: Analysis;
  endpointAnalysis?: Analysis;
  /** Policy types that do not allow it: `pb` a boundary, `vpce` an endpoint. */
  blockedBy?: readonly string[];
}

/** What denied a call that was not allowed: an explicit denial before a missing permission. */
export function denialOf(analysis: RequestAnalysis | undefined): Denial {
  const {
    identityAnalysis,
    permissionBoundaryAnalysis,
    resourceAnalysis,
    endpointAnalysis,
    blockedBy = [],
  } = analysis ?? {};
  if (permissionBoundaryAnalysis?.result === "ExplicitlyDenied")
    return { explicit: true, policy: "permissions boundary" };
  if (identityAnalysis?.result === "ExplicitlyDenied") return { explicit: true, policy: "identity-based policy" };
  if (resourceAnalysis?.result === "ExplicitlyDenied") return { explicit: true, policy: "resource-based policy" };
  if (endpointAnalysis?.result === "ExplicitlyDenied") return { explicit: true, policy: "VPC endpoint policy" };
  if (blockedBy.includes("pb")) return { explicit: false, policy: "permissions boundary" };
  if (blockedBy.includes("vpce")) return { explicit: false, policy: "VPC endpoint policy" };
  return { explicit: false, policy: "identity-based policy" };
}

/** A denial in AWS's words. */
export function sentence(who: string, action: string, resource: string, { explicit, policy }: Denial): string {
  const because = explicit
    ? `with an explicit deny in ${policy.startsWith("i") ? "an" : "a"} ${policy}`
    : `because no ${policy} allows the ${action} action`;
  return `${who} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}

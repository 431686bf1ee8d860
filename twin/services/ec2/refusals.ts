import { retried } from "../../core/wait.ts";
import type { ResourceCall } from "../../pulumi/define.ts";

/** AWS refuses to delete what others still stand on; the provider tries again for up to 20 minutes, the twin for seconds. */
export function refuseIfUsed(
  call: ResourceCall,
  id: string,
  what: string,
  users: ReadonlyArray<readonly [token: string, property: string]>,
): Promise<void> {
  return retried(3_000, () => {
    for (const [token, property] of users) {
      const user = call.store.list(token, call.region).find((r) => [r.inputs[property]].flat().includes(id));
      if (user)
        throw new Error(`api error DependencyViolation: The ${what} '${id}' has dependencies and cannot be deleted.`);
    }
  });
}

/** Quotas of a Region or VPC by default (VPC_Appendix_Limits). @throws Error in EC2's words when `most` are there */
export function refuseBeyond(most: number, there: number, code: string, what: string): void {
  if (there >= most) throw new Error(`creating EC2 ${what}: api error ${code}: The maximum number has been reached.`);
}

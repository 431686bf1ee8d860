/** docs/permissions/: the IAM policies of the roles that preview and release, made from what the program registers. */
import type { Settings } from "../stacks/settings.ts";
import { policyFor, type Role } from "./permissions/policies.ts";
import { groups } from "./permissions/uses.ts";
import type { Run } from "./program.ts";

/**
 * The files by their name, each one policy.
 *
 * @throws Error naming every type of the program that setup/permissions/uses.ts does not have
 */
export async function permissionsPages(
  runs: readonly Run[],
  settings: ReadonlyMap<string, Settings>,
): Promise<Map<string, string>> {
  const used = new Set(
    runs.flatMap(({ resources, functions }) => [...resources.map(({ type }) => type), ...functions]),
  );
  const strangers = [...used].filter((type) => !Object.values(groups).some((uses) => type in uses));
  if (strangers.length > 0) {
    throw new Error(`setup/permissions/uses.ts does not say what these call of AWS: ${strangers.sort().join(", ")}`);
  }
  const places = [...settings].map(([stack, { account, region, domain }]) => ({ stack, account, region, domain }));
  const pages = new Map<string, string>();
  for (const role of ["preview", "release"] satisfies Role[]) {
    for (const [group, uses] of Object.entries(groups)) {
      const needed = Object.entries(uses).flatMap(([type, use]) => (used.has(type) ? [use] : []));
      const policy = await policyFor(role, needed, places);
      pages.set(`${role}-${group}.json`, `${JSON.stringify(policy, null, 2)}\n`);
    }
  }
  return pages;
}

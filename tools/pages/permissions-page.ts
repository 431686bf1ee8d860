/**
 * docs/permissions/: the IAM policies of the roles that preview and release, and the boundary of the containers', made from
 * what the program registers; and the policy of the on-call engineer, made from what `order-queue`'s commands call.
 */
import { join } from "node:path";
import type { Settings } from "../../stacks/settings.ts";
import { boundaryFor } from "../permissions/boundary.ts";
import { actionsOfCommands } from "../permissions/commands.ts";
import { placesOf } from "../permissions/places.ts";
import { actionsFor, type Policy, policyFor, type Role, storeSecretPolicy } from "../permissions/policies.ts";
import { groups } from "../permissions/uses.ts";
import type { Run } from "./program.ts";

/** What `preview` and `release` call beside the provider: the quotas that a plan exceeds (release/checks/quotas.ts). */
const ofCommands: Readonly<Record<string, readonly string[]>> = { network: ["servicequotas:GetServiceQuota"] };

/**
 * The files by their name, each one policy.
 *
 * @throws Error naming every type of the program that twin/services/deployer does not have
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
    throw new Error(`twin/services/deployer does not say what these call of AWS: ${strangers.sort().join(", ")}`);
  }
  const places = placesOf(settings);
  const release = join(import.meta.dirname, "..", "..", "release");
  const isStoreSecret = (file: string) => file.includes("store-secret");
  const commands = actionsOfCommands(release, (file) => !isStoreSecret(file));
  const pages = new Map([
    ["boundary.json", text(await boundaryFor(places))],
    ["operate-commands.json", text(await policyFor(commands, places))],
    ["store-secret.json", text(storeSecretPolicy(actionsOfCommands(release, isStoreSecret), places))],
  ]);
  for (const role of ["preview", "release"] satisfies Role[]) {
    for (const [group, uses] of Object.entries(groups)) {
      const needed = Object.entries(uses).flatMap(([type, use]) => (used.has(type) ? [use] : []));
      const actions = [...actionsFor(role, needed), ...(ofCommands[group] ?? [])];
      pages.set(`${role}-${group}.json`, text(await policyFor(actions, places)));
    }
  }
  return pages;
}

const text = (policy: Policy) => `${JSON.stringify(policy, null, 2)}\n`;

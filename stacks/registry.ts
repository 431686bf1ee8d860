/**
 * Which stacks exist, and in which order a release reaches them. A stack belongs to one AWS region for good: its settings
 * in another region would replace all it has, so the pair is asserted before anything is registered.
 *
 * `wave` is the roll-out order. Staging is wave 0. Production stacks of one wave are deployed in parallel; the next wave
 * starts after every stack of the previous one has been deployed, verified and watched without an alarm (`bakeSeconds`).
 * A failure in one wave rolls that stack back and starts no later wave. Give a new stack a wave of its own to limit what a
 * bad release reaches, or the wave of another stack to release faster.
 */

/** `staging` builds and verifies a release first; `production` runs what staging verified. */
export type Role = "staging" | "production";

export interface StackEntry {
  readonly name: string;
  readonly role: Role;
  /** AWS region. */
  readonly region: string;
  /** Roll-out order, see above: 0 for staging, 1 or more for production. */
  readonly wave: number;
}

export const staging: StackEntry = { name: "staging", role: "staging", region: "ap-southeast-2", wave: 0 };

export const stacks: readonly StackEntry[] = [
  staging,
  { name: "prod-au", role: "production", region: "ap-southeast-2", wave: 1 },
  { name: "prod-eu", role: "production", region: "eu-west-1", wave: 2 },
];

/** AWS regions other than staging's own in which its image is pulled. */
export const replicaRegions: readonly string[] = [...new Set(stacks.map(({ region }) => region))].filter(
  (region) => region !== staging.region,
);

/** The engine shows its message without a stack trace, as that of a RunError, by this mark (pulumi/errors.ts). */
export class UnknownStack extends Error {
  readonly __pulumiRunError = true;
}

/**
 * The entry of a stack.
 *
 * @throws {UnknownStack} that names the stacks there are
 */
export function findStack(name: string): StackEntry {
  const entry = stacks.find((stack) => stack.name === name);
  if (entry === undefined) {
    const names = stacks.map((stack) => stack.name).join(", ");
    throw new UnknownStack(
      `There is no stack ${name}: expected one of ${names}. A new stack is entered in stacks/registry.ts`,
    );
  }
  return entry;
}

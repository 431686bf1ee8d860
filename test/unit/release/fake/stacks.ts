import { type StackEntry, staging } from "../../../../stacks/registry.ts";

const production = (name: string, region: string, wave: number): StackEntry => ({
  name,
  role: "production",
  region,
  wave,
});

/** The stacks that tests release. The registry may have more, and other waves. */
export const stacks: readonly StackEntry[] = [
  staging,
  production("prod-au", "ap-southeast-2", 1),
  production("prod-eu", "eu-west-1", 2),
];

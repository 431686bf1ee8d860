/** A stack as its program registers it: what mutants are made of, and what the checks judge. */
import type { Resource } from "../../release/plan/graph.ts";

/** Resource options, as the engine has them. */
export interface Options {
  /** `URN::id` of the provider; empty for a component. */
  provider: string;
  ignoreChanges: string[];
  deleteBeforeReplace: boolean;
  /** Logical names or URNs that it had before. */
  aliases: string[];
  retainOnDelete: boolean;
  /** As Pulumi writes them, e.g. `10m`; empty where the provider's own hold. */
  createTimeout: string;
  updateTimeout: string;
}

/** A registered resource with what it refers to and its options. */
export interface Node extends Resource {
  /** URNs by the input that is made from their outputs. */
  refers: Record<string, string[]>;
  /** URNs that the option names. */
  dependsOn: string[];
  options: Options;
}

/** All of one stack, in the order of registration. */
export type Graph = readonly Node[];

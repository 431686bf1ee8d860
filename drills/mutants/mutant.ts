/** A generated change of what the program registers. */
import type { Graph, Node } from "./graph.ts";
import type { Place } from "./twin-types.ts";

/** What kind of change it is: mutants are counted by it. */
export type Category = "remove" | "value" | "reference" | "list" | "json" | "resource" | "option";

/** The stacks that a mutant is in. */
export type Scope = "all" | "production" | "staging";

/** What becomes of one resource: none where it is dropped, two where it is duplicated; undefined where it does not apply. */
export type Change = (node: Node, graph: Graph, place: Place) => Node[] | undefined;

/** A change of one resource, without the stacks that get it. */
export interface Edit {
  category: Category;
  /** Path of a value in the form of drills/faults/paths.ts, or `option NAME`, or `resource`. */
  path: string;
  /** As `half`, `remove`, `= "x"`. */
  operator: string;
  change: Change;
}

export interface Mutant extends Edit {
  /** `SCOPE KEY PATH: OPERATOR`, unique. */
  id: string;
  scope: Scope;
  /** `type name` with the stack and the store left open, and the store's class. */
  key: string;
  type: string;
}

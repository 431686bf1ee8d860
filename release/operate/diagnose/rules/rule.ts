import type { Facts } from "../facts.ts";

/** What is likely wrong with a stack. */
export interface Cause {
  /** The rule that found it. */
  kind: string;
  what: string;
  /** Facts that support it, in their source's own words. */
  evidence: string[];
  /** An imperative. */
  fix: string;
}

export type Found = Omit<Cause, "kind"> | undefined;

/** Pure: finds one kind of cause in the facts, or does not. */
export type DiagnosisRule = (facts: Facts) => Found;

/** The command of a fix. */
export const rollback = ({ stack }: Facts): string => `npx order-queue rollback ${stack}`;

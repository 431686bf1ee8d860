/**
 * How a rule is written: one value with a name, an English sentence, the type of resource it is about, and a check.
 *
 * A resource rule sees the inputs of one resource and stops an update before that resource is made. A stack rule sees
 * the whole stack at the end of a preview or update: it follows dependencies, which a preview knows even where it does
 * not know the values. A value that a preview does not know yet is not judged in that preview; the rule judges it when
 * it is known.
 */
import {
  type PolicyResourceOptions,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  validateResourceOfType,
} from "@pulumi/policy";
import type { Resource } from "@pulumi/pulumi";
import { Stack, type StackResource } from "./stack.ts";
import type { Props, Token } from "./types.ts";

/** Says what is wrong with the resource under check, and what fixes it. */
export type Report = (problem: string) => void;

/** What is known of a resource beside its inputs. */
export interface About {
  /** Logical name. */
  readonly name: string;
  readonly opts: PolicyResourceOptions;
}

interface Words {
  readonly name: string;
  /** What holds where the rule is kept: one sentence. */
  readonly description: string;
}

/** A rule on each resource of the given type, alone. */
export function resourceRule<T extends Token>(
  rule: Words & { readonly on: T; readonly check: (props: Props<T>, report: Report, about: About) => void },
): ResourceValidationPolicy {
  const { name, description, on, check } = rule;
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    // By type, so that a rule's server reads only the resources that the rule is about.
    validateResource: validateResourceOfType(classOf(on), (props, args, reportViolation) => {
      ifResolved(() => check(props as unknown as Props<T>, (problem) => reportViolation(problem), args));
    }),
  };
}

/** A rule on each resource of the given type, as it stands among the others. */
export function stackRule<T extends Token>(
  rule: Words & { readonly on: T; readonly check: (resource: StackResource<T>, report: Report, stack: Stack) => void },
): StackValidationPolicy {
  const { name, description, on, check } = rule;
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, reportViolation) => {
      const stack = new Stack(resources);
      for (const resource of stack.all(on)) {
        ifResolved(() => check(resource, (problem) => reportViolation(problem, resource.urn), stack));
      }
    },
  };
}

/** What @pulumi/policy reads of a resource's class; the classes themselves would load the whole of @pulumi/aws. */
function classOf(type: Token) {
  const isInstance = (resource: { __pulumiType?: string }) => resource.__pulumiType === type;
  return { __pulumiType: type, isInstance } as unknown as new () => Resource;
}

/** What `read` returns; undefined where a preview does not know a value that it reads. */
export function ifResolved<R>(read: () => R): R | undefined {
  try {
    return read();
  } catch (error) {
    // Thrown by @pulumi/policy's view of the inputs; it does not export the class.
    if (error instanceof Error && "unknownTypeSentinel" in error) return undefined;
    throw error;
  }
}

/** The resources of a stack and how they refer to each other. */
import type { PolicyResource, PolicyResourceOptions } from "@pulumi/policy";
import type { Props, Token } from "./types.ts";

/** The resources of a stack, by type. */
export class Stack {
  readonly #resources: readonly PolicyResource[];

  constructor(resources: readonly PolicyResource[]) {
    this.#resources = resources;
  }

  /** Every resource of a type. */
  all<T extends Token>(type: T): StackResource<T>[] {
    return ofType(this.#resources, type);
  }
}

/** One resource, with what it refers to. */
export class StackResource<T extends Token> {
  readonly #resource: PolicyResource;

  constructor(resource: PolicyResource) {
    this.#resource = resource;
  }

  get urn(): string {
    return this.#resource.urn;
  }

  /** Logical name. */
  get name(): string {
    return this.#resource.name;
  }

  get opts(): PolicyResourceOptions {
    return this.#resource.opts;
  }

  get props(): Props<T> {
    return this.#resource.props as Props<T>;
  }

  /** Resources of a type from whose outputs a property is made, known or not yet. */
  refersTo<Other extends Token>(property: keyof Props<T> & string, type: Other): StackResource<Other>[] {
    return ofType(this.#resource.propertyDependencies[property] ?? [], type);
  }

  /** Whether it is made only after a resource of that type, by reference or by `dependsOn`. */
  waitsFor(type: Token): boolean {
    return this.#resource.dependencies.some((dependency) => dependency.type === type);
  }
}

function ofType<T extends Token>(resources: readonly PolicyResource[], type: T): StackResource<T>[] {
  return resources.filter((resource) => resource.type === type).map((resource) => new StackResource<T>(resource));
}

/** Whether two lists have a resource in common. */
export function intersects<T extends Token>(some: StackResource<T>[], others: StackResource<T>[]): boolean {
  return some.some(({ urn }) => others.some((other) => other.urn === urn));
}

/** The policy pack's rules as pure functions on a graph: what the engine's analyzer would report, without an engine. */
import type {
  PolicyResource,
  PolicyResourceOptions,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { rules } from "../../policy/rules.ts";
import type { Violation } from "../../release/plan/plan.ts";
import type { Graph, Node } from "./graph.ts";

const resourceRules = rules.filter((rule): rule is ResourceValidationPolicy => "validateResource" in rule);
const stackRules = rules.filter((rule): rule is StackValidationPolicy => "validateStack" in rule);

const settings = { getConfig: () => ({}) as never, stackTags: new Map() };

/** What a rule says of resources of another type: nothing. One value: a stack trace a call costs more than the rule. */
const notApplicable = new Error("a rule about resources of another type");
const throwNotApplicable = () => {
  throw notApplicable;
};

interface Said {
  message: string;
  urn?: string | undefined;
}

/** The pack on the stacks as they are, and on a stack with a mutant in it. */
export class Policies {
  readonly #read = new Map<string, Map<StackValidationPolicy, ReadonlySet<string>>>();

  /** @throws Error where the stacks as they are break a rule */
  constructor(graphs: ReadonlyMap<string, Graph>) {
    for (const [stack, graph] of graphs) {
      const read = new Map<StackValidationPolicy, ReadonlySet<string>>();
      for (const rule of stackRules) {
        const urns = new Set<string>();
        const said = onStack(rule, asPolicyResources(graph, urns));
        if (said) throw new Error(`${stack} breaks ${rule.name} without a mutant: ${said.urn}: ${said.message}`);
        read.set(rule, urns);
      }
      this.#read.set(stack, read);
    }
  }

  /**
   * The first violation of the rules on single resources, then of those on the whole stack. A rule that read none of the
   * resources that differ finds what it found before: nothing.
   * @param changed the resources of the graph that differ
   * @param others whether there are more, or fewer, resources than before
   */
  firstViolation(stack: string, graph: Graph, changed: Graph, others: boolean): Violation | undefined {
    for (const node of changed)
      for (const rule of resourceRules) {
        const said = onResource(rule, node);
        if (said) return { stack, rule: rule.name, resource: node.name, message: said.message };
      }
    const urns = changed.map(({ urn }) => urn);
    const resources = asPolicyResources(graph);
    for (const rule of stackRules) {
      const read = this.#read.get(stack)?.get(rule);
      if (!others && !urns.some((urn) => read?.has(urn))) continue;
      const said = onStack(rule, resources);
      if (said) return { stack, rule: rule.name, resource: said.urn?.split("::").at(-1) ?? "", message: said.message };
    }
    return undefined;
  }
}

function onStack(rule: StackValidationPolicy, resources: PolicyResource[]): Said | undefined {
  return first(
    (report) => void rule.validateStack({ ...settings, notApplicable: throwNotApplicable, resources }, report),
  );
}

function onResource({ validateResource }: ResourceValidationPolicy, node: Node): Said | undefined {
  const { props, ...described } = describe(node);
  const isType = (one: unknown) => (one as { isInstance(of: object): boolean }).isInstance({ __pulumiType: node.type });
  const args = { ...settings, ...described, props, isType, asType: () => undefined, notApplicable: throwNotApplicable };
  return first((report) => {
    for (const validate of [validateResource ?? []].flat()) validate(args, report);
  });
}

function first(validate: (report: (message: string, urn?: string) => void) => void): Said | undefined {
  let found: Said | undefined;
  try {
    validate((message, urn) => {
      found ??= { message, urn };
    });
  } catch (error) {
    if (error !== notApplicable) throw error;
  }
  return found;
}

function described({ type, name, urn, inputs, outputs, protect, options }: Node) {
  const { __defaults: _, ...props } = inputs;
  const opts: PolicyResourceOptions = {
    protect,
    ...{ ignoreChanges: options.ignoreChanges, aliases: options.aliases, additionalSecretOutputs: [] },
    ...(options.deleteBeforeReplace && { deleteBeforeReplace: true }),
    customTimeouts: {
      createSeconds: seconds(options.createTimeout),
      updateSeconds: seconds(options.updateTimeout),
      deleteSeconds: 0,
    },
  };
  return { type, name, urn, props, all: outputs, opts };
}

const descriptions = new WeakMap<Node, ReturnType<typeof described>>();

function describe(node: Node): ReturnType<typeof described> {
  const known = descriptions.get(node) ?? described(node);
  descriptions.set(node, known);
  return known;
}

/** `10m` in seconds; 0 where none is set. */
function seconds(timeout: string): number {
  const [, number = "0", unit = "s"] = /^(\d+)([smh])$/.exec(timeout) ?? [];
  return Number(number) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
}

/**
 * What they refer to is looked up when a rule asks, so that each sees the others as they are in this graph.
 * @param read gets the URN of each of which a rule reads anything but type and name
 */
function asPolicyResources(graph: Graph, read?: Set<string>): PolicyResource[] {
  const byUrn = new Map<string, PolicyResource>();
  const find = (urns: readonly string[]) => urns.flatMap((urn) => byUrn.get(urn) ?? []);
  for (const node of graph) {
    const { type, name, urn, all, opts } = describe(node);
    const noted = <T>(value: T): T => {
      read?.add(urn);
      return value;
    };
    byUrn.set(urn, {
      ...{ type, name, urn },
      get props() {
        return noted(all);
      },
      get opts() {
        return noted(opts);
      },
      get dependencies() {
        return noted(find([...node.dependsOn, ...Object.values(node.refers).flat()]));
      },
      get propertyDependencies() {
        const found = (_: object, input: string | symbol) => find(node.refers[String(input)] ?? []);
        return noted(
          new Proxy({}, { get: found, ownKeys: () => Object.keys(node.refers) }),
        ) as PolicyResource["propertyDependencies"];
      },
      get parent() {
        return noted(byUrn.get(node.parent));
      },
      get provider() {
        const { provider } = node.options;
        // The engine makes a default provider where none is named.
        return noted(provider ? byUrn.get(provider.replace(/::[^:]*$/, "")) : { name: "default" });
      },
      isType: () => false,
      asType: () => undefined,
    } as PolicyResource);
  }
  return [...byUrn.values()];
}

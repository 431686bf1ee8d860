/** Rules put to small resources, in pairs: what a rule refuses, and what it lets pass. */
import type {
  PolicyResource,
  PolicyResourceOptions,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Token } from "../../../policy/types.ts";

const plain: PolicyResourceOptions = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  additionalSecretOutputs: [],
};

interface Further {
  readonly opts?: Partial<PolicyResourceOptions>;
  /** By property, the resources from whose outputs it is made. */
  readonly refers?: Record<string, PolicyResource[]>;
  readonly dependsOn?: PolicyResource[];
}

export function resource(
  type: Token,
  name: string,
  props: object = {},
  { opts, refers = {}, dependsOn = [] }: Further = {},
): PolicyResource {
  return {
    type,
    name,
    urn: `urn:pulumi:staging::order-queue::${type}::${name}`,
    props,
    opts: { ...plain, ...opts },
    dependencies: [...dependsOn, ...Object.values(refers).flat()],
    propertyDependencies: refers,
    isType: () => false,
    asType: () => undefined,
  };
}

/** What a rule says of a resource alone. */
export function judge(rule: ResourceValidationPolicy, { type, name, urn, props, opts }: PolicyResource): string[] {
  const said: string[] = [];
  const args = { type, name, urn, props, opts, stackTags: new Map(), getConfig: () => ({}) as never };
  const validate = rule.validateResource;
  if (typeof validate !== "function") throw new Error(`${rule.name} is not one function`);
  const another = new Error("about resources of another type");
  try {
    validate(
      {
        ...args,
        isType: (one) => (one as unknown as { isInstance(of: object): boolean }).isInstance({ __pulumiType: type }),
        asType: () => undefined,
        notApplicable: () => {
          throw another;
        },
      },
      (problem) => said.push(problem),
    );
  } catch (error) {
    if (error !== another) throw error;
  }
  return said;
}

/** What a rule says of a stack, each with the logical name of the resource. */
export function judgeStack(rule: StackValidationPolicy, resources: PolicyResource[]): string[] {
  const said: string[] = [];
  rule.validateStack(
    {
      resources,
      stackTags: new Map(),
      getConfig: () => ({}) as never,
      notApplicable: () => {
        throw new Error("not used");
      },
    },
    (problem, urn) => said.push(`${urn?.split("::").at(-1)}: ${problem}`),
  );
  return said;
}

/** One test a case; its name begins with "fails if" or "passes if", and it says what the rule says. */
export function cases(
  rule: ResourceValidationPolicy,
  table: Record<string, readonly [PolicyResource, string[]]>,
): void {
  describe(rule.name, () => {
    test.each(Object.entries(table))("%s", (_name, [given, expected]) => {
      expect(judge(rule, given)).toEqual(expected);
    });
  });
}

export function stackCases(
  rule: StackValidationPolicy,
  table: Record<string, readonly [PolicyResource[], string[]]>,
): void {
  describe(rule.name, () => {
    test.each(Object.entries(table))("%s", (_name, [given, expected]) => {
      expect(judgeStack(rule, given)).toEqual(expected);
    });
  });
}

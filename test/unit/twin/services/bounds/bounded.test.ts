import { acceptedBy } from "../../../../../tools/bounds/paths.ts";
import type { Properties } from "../../../../../twin/core/store.ts";
import { check } from "../../../../../twin/pulumi/plan.ts";
import { bounded, rows } from "../../../../../twin/services/bounds/bounded.ts";
import { type AwsCall, aws } from "../../../../../twin/services/resources.ts";
import { inside, outside } from "./values.ts";

const call = {
  region: "eu-west-1",
  account: "123456789012",
  name: "it",
  store: { list: () => [] },
} as never as AwsCall;

const types = new Map(
  [...aws.types].map(([token, type]) => [token, bounded({ ...type, create: () => ({ id: "it", outputs: {} }) })]),
);

function typeOf(token: string) {
  const type = types.get(token);
  if (!type) throw new Error(`the twin does not model ${token}`);
  return type;
}

interface Only {
  inputs: Properties;
  property: string;
}

/** The inputs that have that one property; without a value, what it would be in. */
function only(path: string, value: unknown): Only {
  const steps = path.match(/\[\]|\{\}|\{key\}|[^.[\]{}]+/g) ?? [];
  const at = steps.map((step) => (step === "[]" ? "0" : step === "{}" ? "k" : step === "{key}" ? String(value) : step));
  const build = ([step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return value;
    if (step === "{key}") return { [String(value)]: "a" };
    if (step === "[]") return [build(rest)];
    return { [step === "{}" ? "k" : step]: build(rest) };
  };
  const inputs = build(steps) as Properties;
  const { containerDefinitions } = inputs;
  const text = Array.isArray(containerDefinitions) && { containerDefinitions: JSON.stringify(containerDefinitions) };
  return { inputs: { ...inputs, ...text }, property: at.join(".") };
}

/** What is said of one property while planning. */
function planned(token: string, { inputs, property }: Only): string[] {
  const { problems } = check(typeOf(token), inputs, {}, new Uint8Array([1]), call);
  return problems.filter((one) => one.property === property).map(({ reason }) => reason);
}

/** What the call says of one property, which others are missing beside. */
function refusal(token: string, { inputs, property }: Only): string {
  try {
    typeOf(token).create(inputs, call);
    return "";
  } catch (error) {
    const { message } = error as Error;
    return message.includes(` at '${property}' failed to satisfy constraint`) ? message : "";
  }
}

/** Where the twin, or the provider, accepts less than AWS's models. */
const narrower: Readonly<Record<string, string>> = {
  "replicationConfiguration.rules[].destinations 100": "the provider has 25 (ecr/replication_configuration.go)",
  "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel 1": "names a load balancer",
  "metricQueries[].expression 2048": "the provider has 1,024 (cloudwatch/metric_alarm.go)",
  "name 256": "the provider has 255 (appautoscaling/policy.go)",
  "policy 131072": "the quota of a role's inline policies is less (IAM quotas)",
  "containerDefinitions[].healthCheck.command any": "a form, CMD or CMD-SHELL, and a command",
  "assumeRolePolicy 1": "a policy is JSON",
  "policy 1": "a policy is JSON",
  "policy 100": "a rule of a lifecycle policy has more characters",
  "metricName 1": "belongs to a namespace, a period and a statistic",
  "metricName 255": "belongs to a namespace, a period and a statistic",
  "period 1": "10, 20, 30 or a multiple of 60 seconds",
  "metricQueries[].metric.period 1": "10, 20, 30 or a multiple of 60 seconds",
  "arn 1": "an ARN has more characters",
  "deadLetterConfig.arn 1": "an ARN has more characters",
  "metricTransformation.dimensions{key} 1": "judged with its value",
  "metricTransformation.dimensions{key} 255": "judged with its value",
  "metricTransformation.dimensions{} 1": "a selector has more characters",
};

describe.each(Object.entries(rows))("%s", (token, { code, missing = code, bounds }) => {
  const accepted = acceptedBy(token, typeOf(token).inputs);

  it(`refuses every value just outside a bound, by its property and with ${code}`, () => {
    const wrong = Object.entries(bounds).flatMap(([path, bound]) =>
      outside(bound, accepted.get(path)?.type).flatMap(({ bound: of, value }) => {
        const said = refusal(token, only(path, value));
        return [code, missing].some((one) => said.includes(`api error ${one}: `)) ? [] : [`${path} ${of}: ${said}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("accepts a value at each end of its bounds", () => {
    const wrong = Object.entries(bounds).flatMap(([path, bound]) =>
      inside(bound, accepted.get(path) ?? {}).flatMap(({ bound: of, values }) => {
        if (narrower[`${path} ${of}`]) return [];
        const said: string[] = [];
        for (const value of values) {
          const one = only(path, value);
          const problems = [...planned(token, one), refusal(token, one)].filter((text) => text !== "");
          if (problems.length === 0) return [];
          said.push(...problems);
        }
        return [`${path} ${of}: ${said[0]?.slice(0, 200)}`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

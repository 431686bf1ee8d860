/** The project that the in-memory engine deploys: versions of a small program, each a commit of its repository. */
import { resolve } from "node:path";
import type { Properties } from "../../../../release/plan/graph.ts";
import { readStackFile } from "../../../../stacks/files.ts";
import { type Settings, settingsFile } from "../../../../stacks/settings.ts";
import { stacks } from "./stacks.ts";

const root = resolve(import.meta.dirname, "../../../..");

/** One version of the project's files: what a commit has, or the working tree. */
export interface Version {
  /** Fingerprint: 12 hexadecimal digits. */
  readonly release: string;
  readonly commit: string;
  /** Subject of the commit. */
  readonly subject: string;
  /** Whether the files are not those of the commit. */
  readonly dirty: boolean;
  /** Values of each stack file, by full key. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What a stack's program registers in addition, or instead of the resource with the same type and name. */
  readonly resources: (stack: string) => readonly Declared[];
  /** By stack: why verification fails there. */
  readonly broken: Readonly<Record<string, string>>;
  /** By stack: what its program throws after the gate. */
  readonly throws: Readonly<Record<string, string>>;
  /** What the policy pack has against a stack's resources. */
  readonly violations: readonly FakeViolation[];
}

export interface FakeViolation {
  readonly stack: string;
  readonly rule: string;
  /** Logical name. */
  readonly resource: string;
  readonly message: string;
  /** Whether a preview does not know the value yet that breaks the rule. */
  readonly unknownInPreview?: boolean;
}

/** A resource that the program registers. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  /** Properties whose change forces a replacement. */
  readonly forces?: readonly string[];
  readonly protect?: boolean;
}

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
export const VERIFICATION_PROVIDER = "pulumi:providers:pulumi-nodejs";
export const VERIFICATION = "pulumi-nodejs:dynamic/order-queue:Verification";

/** Files that no test changed: those of this repository. */
export const firstVersion: Version = {
  release: "aaaaaaaaaaaa",
  commit: commitNumber(1),
  subject: "as it is",
  dirty: false,
  files: Object.fromEntries(stacks.map(({ name }) => [name, readStackFile(root, settingsFile(name))])),
  resources: () => [],
  broken: {},
  throws: {},
  violations: [],
};

export function commitNumber(number: number): string {
  return `c${number}`.padEnd(40, "0");
}

/** The stack files with other values of one stack; `undefined` removes a value. */
export function changeFile(
  files: Version["files"],
  stack: string,
  values: Readonly<Record<string, string>>,
): Version["files"] {
  const prefixed = Object.entries(values).map(([key, value]) => [`order-queue:${key}`, value]);
  return { ...files, [stack]: { ...files[stack], ...Object.fromEntries(prefixed) } };
}

/** All that the program registers for a stack, verification last. */
export function declared(
  { release, resources }: Version,
  stack: string,
  settings: Settings,
  asked: string,
): Declared[] {
  const { domain, region, account, cidr, logRetentionDays } = settings;
  const own: Declared[] = [
    { type: "order-queue:infra:Region", name: stack, inputs: { domain, region, account } },
    { type: "aws:ec2/vpc:Vpc", name: stack, inputs: { cidrBlock: cidr }, forces: ["cidrBlock"] },
    { type: "aws:sqs/queue:Queue", name: `${stack}-orders`, inputs: { messageRetentionSeconds: 1_209_600 } },
    { type: "aws:cloudwatch/logGroup:LogGroup", name: stack, inputs: { retentionInDays: logRetentionDays } },
    ...["canary", "dispatch", "ingest"].map((container) => ({
      ...{ type: TASK_DEFINITION, name: `${stack}-${container}`, inputs: { containerDefinitions: release } },
      forces: ["containerDefinitions"],
    })),
    { type: ALARM, name: `${stack}-no-healthy-target`, inputs: { threshold: 1, tags: { judges: "release" } } },
    // The engine gives it every setting of the stack.
    { type: VERIFICATION_PROVIDER, name: "default", inputs: { ...settings } },
    { type: VERIFICATION, name: stack, inputs: { release, asked } },
  ];
  const changed = resources(stack);
  const same = (one: Declared, other: Declared) => one.type === other.type && one.name === other.name;
  const added = changed.filter((one) => !own.some((other) => same(one, other)));
  const all = own.map((one) => changed.find((other) => same(one, other)) ?? one);
  return [...all.slice(0, -1), ...added, ...all.slice(-1)];
}

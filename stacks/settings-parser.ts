/**
 * Reads the settings of a stack and checks them as a whole, before any resource is registered.
 */
import type { z } from "zod";
import type { StackEntry } from "./registry.ts";
import { type Problem, type Settings, SettingsError } from "./settings.ts";
import { settingsSchema } from "./settings-schema.ts";

const prefix = "order-queue:";
const plain =
  "a plain value (settings are not kept secret; create a secret in AWS Secrets Manager and name it in the store's erpCredentials)";

/**
 * The settings of a stack from the engine's configuration.
 *
 * @param values every configuration value by its full key; the engine gives objects and lists as JSON text
 * @param secrets paths of values that are encrypted in the file: refused, since settings end up in plain text in task
 *   definitions and in the state
 * @throws SettingsError with every problem there is
 */
export function parseSettings(source: {
  readonly stack: StackEntry;
  readonly file: string;
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}): Settings {
  const { stack, file, values, secrets } = source;
  // First and alone: the values of the others may have been decrypted, and are not shown.
  if (secrets.length > 0)
    throw new SettingsError(secrets.map((path) => ({ file, path, value: "[secret]", expected: plain })));
  const foreign = Object.keys(values)
    .filter((key) => !key.startsWith(prefix) && !key.startsWith("pulumi:"))
    .map((key) => ({ file, path: key, value: values[key], expected: `settings under ${prefix} alone` }));
  const raw = Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value] as const)
      .map(([key, value]) => [key, decode(key, value)]),
  );
  const result = settingsSchema(stack, raw).safeParse(raw, { reportInput: true });
  const problems = result.error?.issues.flatMap((issue) => problemsOf(file, issue)) ?? [];
  if (foreign.length > 0 || !result.success) throw new SettingsError([...foreign, ...problems]);
  return result.data;
}

/** Settings that are text; all others are written as JSON, which numbers and booleans are too. */
const textKeys: readonly string[] = [
  "region",
  "account",
  "domain",
  "cidr",
  "alarmEmail",
  "resolver",
  "timeZone",
] satisfies (keyof Settings)[];

function decode(key: string, value: string): unknown {
  if (textKeys.includes(key)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function problemsOf(file: string, issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys") {
    const holder = issue.input as Record<string, unknown>;
    return issue.keys.map((key) => ({
      file,
      path: pathOf([...issue.path, key]),
      value: holder[key],
      expected: "no such setting (stacks/settings.ts lists them all)",
    }));
  }
  return [{ file, path: pathOf(issue.path), value: issue.input, expected: issue.message }];
}

function pathOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  const steps = rest.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return `${prefix}${String(first ?? "")}${steps.join("")}`;
}

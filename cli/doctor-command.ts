import { type CheckResult, type DoctorStack, examine } from "../release/operate/doctor/checks.ts";
import { probeOf } from "../release/operate/doctor/probe.ts";
import { findBackend } from "../release/workspace/location.ts";
import { readSettings, secretsProviderOf } from "../stacks/files.ts";
import { stacks } from "../stacks/registry.ts";
import { finish, type Output, say } from "./output.ts";

/** What `--json` writes. */
export interface Examined {
  checks: CheckResult[];
}

/** `order-queue doctor`; exit code 1 where a check failed. */
export async function doctorCommand(state: string, { json }: Output): Promise<void> {
  const location = await findBackend(state);
  const { root } = location;
  const examined: DoctorStack[] = [];
  const wrong: CheckResult[] = [];
  for (const entry of stacks) {
    try {
      const [settings, secretsProvider] = [readSettings(root, entry), secretsProviderOf(root, entry.name)];
      examined.push({ entry, settings, secretsProvider });
    } catch (error) {
      const fix = "correct the stack file (docs/settings.md)";
      wrong.push({ check: `settings of ${entry.name}`, result: "failed", found: (error as Error).message, fix });
    }
  }
  const results = [...wrong, ...(await examine(probeOf(location, stacks[0]?.region ?? ""), examined))];
  say(doctorReport(results));
  const written: Examined = { checks: results };
  finish(!results.some(({ result }) => result === "failed"), written, json);
}

/** A line a check, with its fix below it; those that failed last, where a terminal shows them. */
export function doctorReport(results: readonly CheckResult[]): string {
  const order = ["ok", "unknown", "failed"];
  const width = Math.max(...results.map(({ check }) => check.length));
  const sorted = results.toSorted((one, other) => order.indexOf(one.result) - order.indexOf(other.result));
  const count = (of: CheckResult["result"]) => results.filter(({ result }) => result === of).length;
  return [
    ...sorted.flatMap(({ check, result, found, fix }) => [
      `${result.padEnd(7)}  ${check.padEnd(width)}  ${found.split("\n").join(`\n${" ".repeat(width + 11)}`)}`,
      ...(fix === undefined ? [] : [`${" ".repeat(width + 11)}Fix: ${fix}`]),
    ]),
    "",
    `${count("ok")} ok, ${count("failed")} failed, ${count("unknown")} could not be asked.`,
  ].join("\n");
}

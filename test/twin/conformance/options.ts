import { parseArgs } from "node:util";

/** A call that `npm run conformance` does not take. */
export class WrongCall extends Error {}

/**
 * @param args what stands after the command
 * @returns path of the plugin, the provider's name, and the number of mutants of each resource
 * @throws {WrongCall}
 */
export function readOptions(args: readonly string[]): "help" | { plugin: string; name: string; sample: number } {
  const { values } = parseArgs({
    args: [...args],
    options: { plugin: { type: "string" }, sample: { type: "string", default: "20" }, help: { type: "boolean" } },
  });
  if (values.help) return "help";
  const [, name = ""] = /pulumi-resource-(aws|docker|tls)(?:\.exe)?$/.exec(values.plugin ?? "") ?? [];
  if (values.plugin === undefined || name === "")
    throw new WrongCall("--plugin: expected the path of pulumi-resource-aws, -docker or -tls. Fix: see --help");
  const sample = Number(values.sample);
  if (!Number.isInteger(sample) || sample < 1) throw new WrongCall(`--sample is ${values.sample}: expected 1 or more`);
  return { plugin: values.plugin, name, sample };
}

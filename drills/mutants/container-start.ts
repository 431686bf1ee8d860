/** Whether the service's containers start with the settings that a task definition gives them: the service's own parser. */
import { canarySettings, dispatchSettings, ingestSettings } from "../../service/settings.ts";
import type { Node } from "./graph.ts";

const parsers: Record<string, (environment: Record<string, string>) => unknown> = {
  ingest: ingestSettings,
  dispatch: dispatchSettings,
  canary: canarySettings,
};

/** What stops a container at its start that did not stop it before; undefined where it starts. */
export function startProblem(before: Node, after: Node): string | undefined {
  const known = new Set(problemsOf(before));
  return problemsOf(after).find((problem) => !known.has(problem));
}

function problemsOf({ type, inputs }: Node): string[] {
  if (type !== "aws:ecs/taskDefinition:TaskDefinition") return [];
  const definitions: { command?: string[]; environment?: Pair[]; secrets?: Pair[] }[] = JSON.parse(
    inputs.containerDefinitions,
  );
  return definitions.flatMap(({ command: [role = ""] = [], environment = [], secrets = [] }) => {
    const parse = parsers[role];
    if (!parse) return [`the image has no role ${JSON.stringify(role)}`];
    const values = [...environment, ...secrets].map(({ name = "", value = "" }) => [name, value] as const);
    try {
      parse(Object.fromEntries(values));
      return [];
    } catch (error) {
      return (error as Error).message.split("\n");
    }
  });
}

interface Pair {
  name?: string;
  value?: string;
}

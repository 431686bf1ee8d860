import type { Properties } from "../../core/store.ts";
import type { Problem, ResourceCall, ResourceType } from "../../pulumi/define.ts";
import { type Bounds, type Violation, violations } from "./bound.ts";
import table from "./table.json" with { type: "json" };

interface Row {
  /** AWS's error code for a value outside. */
  code: string;
  /** Its code for a parameter that is missing, where that is another. */
  missing?: string;
  bounds: Bounds;
}

export const rows: Readonly<Record<string, Row>> = table as never;

/** The type, which refuses what AWS's models exclude: at plan time what the provider checks, the rest in the call. */
export function bounded<Call extends ResourceCall>(type: ResourceType<Call>): ResourceType<Call> {
  const row = rows[type.token];
  if (!row) return type;
  const { update } = type;
  const refuse = (inputs: Properties, verb: string) => {
    const found = violations(row.bounds, inputs);
    if (found.length > 0) throw new Error(`${verb} ${type.token}: ${refusal(row, found)}`);
  };
  return {
    ...type,
    check: (inputs, call) => [...(type.check?.(inputs, call) ?? []), ...problems(row.bounds, inputs)],
    create: (inputs, call) => {
      refuse(inputs, "creating");
      return type.create(inputs, call);
    },
    ...(update && {
      update: (id: string, state: Properties, inputs: Properties, call: Call) => {
        refuse(inputs, "updating");
        return update(id, state, inputs, call);
      },
    }),
  };
}

function problems(bounds: Bounds, inputs: Properties): Problem[] {
  return violations(bounds, inputs)
    .filter(({ planned }) => planned)
    .map(({ property, constraint, value }) => ({
      property,
      reason: `${constraint.replace("Member must", "expected to")}, got ${shown(value)}`,
    }));
}

/** AWS's words for values that its model excludes (awslabs/aws-service-catalog-factory#53), with the provider's property. */
function refusal({ code, missing = code }: Row, found: readonly Violation[]): string {
  const each = found.map(
    ({ property, constraint, value }) =>
      `Value ${shown(value)} at '${property}' failed to satisfy constraint: ${constraint}`,
  );
  const errors = `${found.length} validation error${found.length > 1 ? "s" : ""} detected`;
  return `api error ${found.every(({ value }) => value === undefined) ? missing : code}: ${errors}: ${each.join("; ")}`;
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? `'${value}'` : (JSON.stringify(value) ?? "null");
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

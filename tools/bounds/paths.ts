/** The properties that a type of the twin accepts, by path: `metricQueries[].metric.dimensions{}`. */
import { z } from "zod";
import { containerDefinitions } from "../../twin/services/ecs/definition.ts";

/** What the twin's own schema says of a property. */
export interface Accepted {
  type?: string;
  /** The values that it accepts, where these are few. */
  values?: readonly unknown[];
}

interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** Properties that hold JSON text, each with what the twin accepts inside. */
const json: Readonly<Record<string, readonly [property: string, inside: z.ZodType]>> = {
  "aws:ecs/taskDefinition:TaskDefinition": ["containerDefinitions", containerDefinitions],
};

/** What a type accepts, inside of its JSON too. */
export function acceptedBy(token: string, inputs: z.ZodType): Map<string, Accepted> {
  const [property = "", inside = z.string()] = json[token] ?? [];
  return new Map([...pathsOf(inside, property), ...pathsOf(inputs, "")]);
}

/** Lists as `x` and `x[]`, maps as `x`, `x{key}` and `x{}`. */
function pathsOf(schema: z.ZodType, at: string): Map<string, Accepted> {
  return new Map(walk(z.toJSONSchema(schema, { unrepresentable: "any", io: "input" }) as JsonSchema, at));
}

function walk(schema: JsonSchema, at: string): [string, Accepted][] {
  const { type, properties, items, additionalProperties: map, anyOf = [], oneOf = [] } = schema;
  const values = schema.enum ?? ("const" in schema ? [schema.const] : undefined);
  const self: Accepted = { ...(type !== undefined && { type }), ...(values && { values }) };
  const forms = [...anyOf, ...oneOf].flatMap((form) => walk(form, at));
  const inside = Object.entries(properties ?? {}).flatMap(([name, one]) => walk(one, at ? `${at}.${name}` : name));
  const entries: [string, Accepted][] =
    typeof map === "object" && !properties ? [[`${at}{key}`, { type: "string" }], ...walk(map, `${at}{}`)] : [];
  return [[at, self], ...forms, ...inside, ...(items ? walk(items, `${at}[]`) : []), ...entries];
}

import { z } from "zod";
import { type Action, type ApiCall, action, page, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties, Resource } from "../../core/store.ts";

const texts = z.array(z.string()).optional();
const filter = z.strictObject({ Name: z.string(), Value: z.array(z.string()) });

/** An action that lists resources of one kind. */
interface Description {
  /** The list's name in the answer, and the parameter that asks for some by id. */
  set: string;
  ids: string;
  /** AWS's code and noun for an id that is not there: `InvalidVpcID.NotFound`, `vpc ID`. */
  absent: [code: string, noun: string];
  resources(call: ApiCall): readonly Resource[];
  shape(resource: Resource, call: ApiCall): Properties;
  /** What a resource has under the name of a filter. */
  filters: Record<string, (resource: Resource) => unknown>;
  /** EC2 spells the parameter of filters in two ways. */
  filterName?: "Filter" | "Filters";
}

/** Filters by tag are there for everything. */
export function describing(description: Description): Action {
  const { set, ids, absent, resources, shape, filters, filterName = "Filter" } = description;
  return action(
    {
      [ids]: texts,
      [filterName]: z.array(filter).optional(),
      MaxResults: whole(5, 1000).default(1000),
      NextToken: z.string().optional(),
    },
    (input: Properties, call: ApiCall) => {
      const all = resources(call);
      const wanted: string[] | undefined = input[ids];
      const missing = wanted?.find((id) => !all.some((resource) => resource.id === id));
      if (missing !== undefined) throw new AwsError(absent[0], `The ${absent[1]} '${missing}' does not exist`);
      const asked: z.infer<typeof filter>[] = input[filterName] ?? [];
      const found = all
        .filter(({ id }) => wanted?.includes(id) ?? true)
        .filter((resource) => asked.every((one) => passes(resource, one, filters)));
      const { items, next } = page(found, input.MaxResults, input.NextToken);
      return { [set]: items.map((resource) => shape(resource, call)), nextToken: next };
    },
  );
}

function passes(resource: Resource, { Name, Value }: z.infer<typeof filter>, filters: Description["filters"]): boolean {
  const tag = Name.startsWith("tag:") ? Name.slice("tag:".length) : undefined;
  const read = filters[Name];
  if (tag === undefined && !read)
    throw new AwsError("InvalidParameterValue", `The filter '${Name}' is invalid, or not modelled.`);
  const values = [tag === undefined ? read?.(resource) : tagsOf(resource)[tag]].flat();
  const patterns = Value.map(
    (value) =>
      new RegExp(
        `^${value
          .replace(/[.+^${}()|[\]\\]/g, "\\$&")
          .replaceAll("*", ".*")
          .replaceAll("?", ".")}$`,
      ),
  );
  return values.some((value) => patterns.some((pattern) => value !== undefined && pattern.test(String(value))));
}

/** Tags of a resource by key. */
export const tagsOf = ({ outputs }: Pick<Resource, "outputs">): Record<string, string> =>
  outputs.tagsAll ?? outputs.tags ?? {};

/** As every kind has them. */
export const tagSet = (resource: Pick<Resource, "outputs">): Properties[] =>
  Object.entries(tagsOf(resource)).map(([key, value]) => ({ key, value }));

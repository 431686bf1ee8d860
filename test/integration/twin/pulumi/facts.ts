import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Properties } from "../../../../twin/core/store.ts";

/** What is known of one type of AWS as its real provider treats it: an entry of facts/*.json. Property names are Pulumi's. */
export interface TypeFacts {
  /** File of terraform-provider-aws, with the commit or blob that was read. */
  source: string;
  required: string[];
  /** Output-only properties. */
  computed: string[];
  /** What the provider fills in, by path. */
  defaults?: Properties;
  /** `logicalName-<7 hex>` of at most `max` characters; `longest`: what the property's own rule allows, where that is less. */
  autoname?: { property: string; max: number; longest?: number };
  /** Replaced delete-first, whatever gave the name. */
  deleteBeforeReplace?: boolean;
  /** Properties whose change replaces, `region` of regional types apart. */
  replacedBy: string[];
  updatedInPlace: string[];
  /** Changes of which the values decide what they do: `replaces` or `changes` has the properties, in any order. */
  changes?: { says: string; from: Properties; to: Properties; replaces?: string[]; changes?: string[] }[];
  /** Values at a path that pass at plan time, and those refused there by the path's name. */
  values?: Record<string, { accepts: unknown[]; refuses: unknown[] }>;
  /** Inputs over the sample's (null: left out) that are refused at plan time, by the name of one of the properties. */
  combinations?: { says: string; inputs: Properties; property: string[] }[];
  /** What AWS answers to one more like the sample with these inputs; null: it is made. */
  creates?: { says: string; inputs: Properties; error: string | null }[];
  /** What AWS answers to a delete while all samples exist; `retried`: the provider tries again for a while before it says so. */
  deletes?: {
    says: string;
    error: string;
    retried?: boolean;
    state?: Properties;
    /** A document of the data plane that is there meanwhile. */
    with?: { kind: string; id: string; body: Properties };
  }[];
  /** What AWS answers when `most` exist already; `varies`: what must be different in each. */
  quota?: { most: number; error: string; inputs: Properties; varies?: string; source: string };
}

/** One resource of each type, in the order in which they can be created; `${as.path}` is an output of an earlier one. */
export interface Sample {
  as: string;
  type: string;
  /** The twin has it in plans alone. */
  planned?: boolean;
  inputs: Properties;
}

/** Facts that the twin does not hold, by type and name, each with the reason. */
export interface NotHeld {
  /** What they are about is not modelled: a request for it is refused, by the property's name. */
  refusedByName: Record<string, Record<string, string>>;
  /** The twin does otherwise. */
  otherwise: Record<string, Record<string, string>>;
}

const folder = join(import.meta.dirname, "facts");
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));
const others = ["samples.json", "not-held.json"];

export const samples: Sample[] = read("samples.json");
export const notHeld: NotHeld = read("not-held.json");
export const facts: Record<string, TypeFacts> = Object.assign(
  {},
  ...readdirSync(folder)
    .filter((file) => !others.includes(file))
    .map((file) => read(file)),
);

/** `{ repeat, times }` stands for a long text, `{ json }` for JSON text of what it holds. */
export function expand(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(expand);
  const { repeat, times, json, ...rest } = value as Properties;
  if (repeat !== undefined) return String(repeat).repeat(times);
  if (json !== undefined) return JSON.stringify(expand(json));
  return Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, expand(inner)]));
}

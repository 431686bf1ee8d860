import { isDeepStrictEqual } from "node:util";
// CommonJS whose names Node cannot see: taken whole.
import structs, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "../core/store.ts";

/** How the engine writes "not known before the update" (pulumi sdk/go/common/resource/plugin/rpc.go, UnknownStringValue). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The bridge's list of inputs that the provider chose itself (pulumi-terraform-bridge, `__defaults`). */
export const DEFAULTS = "__defaults";

/** A protocol struct as plain values. */
export function fromStruct(struct: Struct | undefined): Properties {
  return struct ? (struct.toJavaScript() as Properties) : {};
}

/** Properties that are undefined are left out: the wire has no such value. */
export function toStruct(properties: Properties): Struct {
  return structs.Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}

/** Whether a value is, or contains, one that is resolved only by the update. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && value.includes(UNKNOWN);
}

/** Whether text is JSON of an object or list; what is not known before the update is not judged. */
export function isJson(text: string): boolean {
  if (isUnknown(text)) return true;
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** The value at a path, or UNKNOWN when the path leads through one. */
export function valueAt(properties: unknown, path: readonly PropertyKey[]): unknown {
  let value = properties;
  for (const key of path) {
    if (isUnknown(value)) return UNKNOWN;
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** Equal as AWS sees it: JSON text by content, sets without order. */
export function equivalent(before: unknown, after: unknown, as: "value" | "json" | "set"): boolean {
  return isDeepStrictEqual(normal(before, as), normal(after, as));
}

function normal(value: unknown, as: "value" | "json" | "set"): unknown {
  if (as === "json" && typeof value === "string" && !isUnknown(value)) {
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }
  if (as === "set" && Array.isArray(value)) return value.map((v) => JSON.stringify(v)).sort();
  return value;
}

/** The files of a new production stack, made from those of the last one. Pure. */
import { parseDocument } from "yaml";
import type { StackEntry } from "../../../stacks/registry.ts";
import type { Settings } from "../../../stacks/settings.ts";

/** Why a stack cannot be added; shown without a stack trace. */
export class CannotAdd extends Error {
  override readonly name = "CannotAdd";
}

/** What the new stack is made from: the stacks that exist, and the settings of each. */
export interface Existing {
  stacks: readonly StackEntry[];
  settings: ReadonlyMap<string, Settings>;
}

/**
 * The entry of a new stack: named after the first part of its region, in a wave of its own after the others.
 *
 * @param name of the stack; by default `prod-` and the first part of the region, or all of it where that is taken
 * @throws {CannotAdd}
 */
export function newEntry({ stacks }: Pick<Existing, "stacks">, region: string, name?: string): StackEntry {
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new CannotAdd(`${region} is no AWS region: expected one like us-east-1. Fix: npx order-queue init us-east-1`);
  const there = stacks.find((stack) => stack.role === "production" && stack.region === region);
  if (there && name === undefined)
    throw new CannotAdd(`${there.name} is in ${region} already. Fix: for a second stack there, add --stack NAME`);
  const taken = (one: string) => stacks.some((stack) => stack.name === one);
  const short = `prod-${region.split("-")[0]}`;
  const chosen = name ?? (taken(short) ? `prod-${region}` : short);
  if (!/^[a-z][a-z0-9-]{1,30}$/.test(chosen))
    throw new CannotAdd(
      `${chosen} is no name of a stack: expected lower-case letters, digits and hyphens. Fix: --stack prod-us`,
    );
  if (taken(chosen)) throw new CannotAdd(`There is a stack ${chosen} already. Fix: name the new one with --stack NAME`);
  return { name: chosen, role: "production", region, wave: Math.max(...stacks.map(({ wave }) => wave)) + 1 };
}

/**
 * The text of the new stack's file: the template's, with region, domain and network of its own, and one store that is to be
 * replaced. A key of secrets is made by the engine, one for each stack.
 *
 * @param template text of an existing production stack's file
 * @throws {CannotAdd} where no network range is left
 */
export function newStackFile(template: string, { name, region }: StackEntry, { settings }: Existing): string {
  const document = parseDocument(template);
  const config = document.get("config") as { set(key: string, value: unknown): void; get(key: string): unknown };
  const domain = `${name.replace(/^prod-/, "")}.${String(config.get("order-queue:domain")).split(".").slice(1).join(".")}`;
  const set = (key: string, value: unknown) => config.set(`order-queue:${key}`, document.createNode(value));
  set("region", region);
  set("domain", domain);
  set("cidr", freeRange([...settings.values()].map(({ cidr }) => cidr)));
  set("stores", [{ name: "example", hostname: `example.${domain}`, erp: "https://erp.example.example/orders" }]);
  for (const key of ["encryptedkey", "encryptionsalt"]) document.delete(key);
  return document.toString({ lineWidth: 0 });
}

/** The first /16 of 10.0.0.0/8 that no stack uses: peered networks must not overlap. */
function freeRange(used: readonly string[]): string {
  const seconds = new Set(used.map((cidr) => cidr.split(".").slice(0, 2).join(".")));
  for (let second = 0; second < 256; second++) {
    if (!seconds.has(`10.${second}`)) return `10.${second}.0.0/16`;
  }
  throw new CannotAdd(
    "Every /16 of 10.0.0.0/8 is used. Fix: write the stack file manually (CONTRIBUTING.md, recipe 2)",
  );
}

/**
 * The text of stacks/registry.ts with one more stack, the last of its list.
 * @throws {CannotAdd} where the list is not found
 */
export function withEntry(registry: string, { name, region, wave }: StackEntry): string {
  const line = `  { name: "${name}", role: "production", region: "${region}", wave: ${wave} },\n`;
  const changed = registry.replace(/(export const stacks: readonly StackEntry\[\] = \[\n[\s\S]*?)(\];)/, `$1${line}$2`);
  if (changed !== registry) return changed;
  throw new CannotAdd(`stacks/registry.ts: its list of stacks was not found. Fix: add there manually: ${line.trim()}`);
}

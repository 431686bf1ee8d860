/** Settings that are right, and what the parser says of others. */
import { findStack } from "../../../stacks/registry.ts";
import { SettingsError } from "../../../stacks/settings.ts";
import { parseSettings } from "../../../stacks/settings-parser.ts";

export type Values = Record<string, unknown>;

export const good: Values = {
  region: "ap-southeast-2",
  account: "123456789012",
  domain: "au.orderhub.example",
  ingest: { cpu: 512, memory: 1024, count: 2, max: 8 },
  dispatch: { cpu: 256, memory: 512, count: 1, max: 3 },
  stores: [
    { name: "acme", hostname: "acme.au.orderhub.example", erp: "https://erp.acme.example/orders" },
    { name: "bluegum", hostname: "bluegum.au.orderhub.example", erp: "https://erp.bluegum.example/orders" },
  ],
  alarmEmail: "oncall@orderhub.example",
};

/** The engine hands every setting over as text. */
export function asEngine(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key.includes(":") ? key : `order-queue:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  );
}

export function parseOf(values: Values, stack = "prod-au") {
  return parseSettings({
    stack: findStack(stack),
    file: `Pulumi.${stack}.yaml`,
    values: asEngine(values),
    secrets: [],
  });
}

export function refusal(values: Values): SettingsError {
  try {
    parseOf(values);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("The settings were accepted");
}

export const store = (overrides: Values) => ({
  name: "acme",
  hostname: "acme.au.orderhub.example",
  erp: "https://erp.acme.example/orders",
  ...overrides,
});
export const bluegum = (good.stores as Values[])[1];
